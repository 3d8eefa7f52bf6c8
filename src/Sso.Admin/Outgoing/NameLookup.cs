using System.Net;

namespace Sso.Admin.Outgoing;

/// <summary>What a host name resolves to: the system's resolver, or the names of a test.</summary>
public delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellation);
