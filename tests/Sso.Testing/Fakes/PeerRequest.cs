namespace Sso.Testing.Fakes;

/// <summary>What the server said to a <see cref="Peer"/>.</summary>
public sealed record PeerRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
