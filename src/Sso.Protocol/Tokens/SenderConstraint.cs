using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sso.Protocol.Tokens;

/// <summary>The key to be shown with a token (RFC 7800 §3.1): of a DPoP proof (RFC 9449 §6) or a certificate (RFC 8705 §3).</summary>
/// <param name="Kind">The confirmation method: <see cref="Dpop"/> or <see cref="Certificate"/>.</param>
/// <param name="Thumbprint">SHA-256 of the key or the certificate, base64url.</param>
public sealed record SenderConstraint(string Kind, string Thumbprint)
{
    public const string Dpop = "jkt";
    public const string Certificate = "x5t#S256";

    /// <summary>How a token bound like this is presented (RFC 9449 §5, RFC 6750).</summary>
    public string TokenType => Kind == Dpop ? "DPoP" : "Bearer";

    /// <summary>As the row of a grant holds it.</summary>
    public string Stored => $"{Kind}:{Thumbprint}";

    /// <summary>The value of the claim <c>cnf</c>.</summary>
    public JsonObject AsJson() => new() { [Kind] = Thumbprint };

    /// <summary>Null if it names no key.</summary>
    public static SenderConstraint? Read(JsonElement confirmation) =>
        confirmation.EnumerateObject().FirstOrDefault() is { Value.ValueKind: JsonValueKind.String } member
            ? new(member.Name, member.Value.GetString()!)
            : null;
}

/// <summary>Which clients get only tokens that are bound to a key (RFC 9449 §5.2, RFC 8705 §3.4, FAPI 2.0 §5.3.2.1).</summary>
public static class SenderRules
{
    public static OAuthError? Refuse(Client client, SenderConstraint? sender) => client switch
    {
        { DpopBound: true } when sender?.Kind != SenderConstraint.Dpop => OAuthError.DpopProofMissing,
        { CertificateBound: true } or { IsFapi: true } when sender is null => OAuthError.CertificateMissing,
        _ => null,
    };
}
