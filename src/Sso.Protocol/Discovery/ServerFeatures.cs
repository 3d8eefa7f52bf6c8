namespace Sso.Protocol.Discovery;

/// <summary>What the configuration switched on, as far as the metadata document tells it.</summary>
public sealed record ServerFeatures
{
    public required IReadOnlyList<string> SigningAlgorithms { get; init; }

    /// <summary>RFC 9396 §10.</summary>
    public IReadOnlyList<string> AuthorizationDetailTypes { get; init; } = [];

    /// <summary>There are keys to which clients may encrypt.</summary>
    public bool Encryption { get; init; }

    /// <summary>The response types that bring an ID token; each client has a switch of its own besides.</summary>
    public bool IdTokenResponses { get; init; }

    /// <summary>The frame by which applications watch the session (Session Management §3).</summary>
    public bool SessionManagement { get; init; }

    /// <summary>Applications may register themselves (RFC 7591).</summary>
    public bool Registration { get; init; }

    /// <summary>Addresses of metadata documents are taken for client ids (Client ID Metadata Document §5).</summary>
    public bool ClientIdMetadataDocuments { get; init; }

    /// <summary>Clients can show certificates (RFC 8705).</summary>
    public bool MutualTls { get; init; }

    /// <summary>Under which address they show them, where it is not the issuer's (RFC 8705 §5).</summary>
    public string? MutualTlsAddress { get; init; }
}
