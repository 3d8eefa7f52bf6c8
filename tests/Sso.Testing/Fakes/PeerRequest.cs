namespace Sso.Testing.Fakes;

/// <summary>What the server said to a <see cref="Peer"/>.</summary>
public sealed record PeerRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>With its question mark; empty where there is none.</summary>
    public string Query { get; init; } = "";
}
