namespace Sso.Protocol.Discovery;

/// <summary>What the configuration switched on, as far as the metadata document tells it.</summary>
public sealed record ServerFeatures
{
    public required IReadOnlyList<string> SigningAlgorithms { get; init; }

    /// <summary>The response types that bring an ID token; each client has a switch of its own besides.</summary>
    public bool IdTokenResponses { get; init; }
}
