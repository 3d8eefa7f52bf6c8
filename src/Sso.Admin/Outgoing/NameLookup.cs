using System.Net;

namespace Sso.Admin.Outgoing;

/// <summary>Resolves a host name: the system's resolver, or the names of a test.</summary>
public delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellation);
