using System.Text.Json;

namespace Sso.Protocol.Tokens;

/// <summary>What some ID tokens say beyond the sign-in.</summary>
public sealed record IdTokenExtras
{
    /// <summary>The code that comes back beside the token, which its <c>c_hash</c> ties to it (OIDC Core §3.3.2.11).</summary>
    public string? Code { get; init; }

    /// <summary>Writes what the person is called and so on (OIDC Core §5.4, §5.5).</summary>
    public Action<Utf8JsonWriter>? PersonClaims { get; init; }
}
