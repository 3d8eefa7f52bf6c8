namespace Sso.Extensions.Dpop;

/// <summary>A proof valid for this request (RFC 9449 §4.3); <see cref="IDpopHost.SpendAsync"/> tells whether it came before.</summary>
/// <param name="Thumbprint">That of the key that signed it (RFC 7638).</param>
/// <param name="Id">Its jti.</param>
/// <param name="Until">When it would be refused anyway.</param>
/// <param name="TokenHash">Its ath (RFC 9449 §4.2); null at endpoints that accept no token.</param>
public sealed record DpopProof(string Thumbprint, string Algorithm, string Id, DateTimeOffset Until, string? TokenHash)
{
    public SenderConstraint Sender => new(SenderConstraint.Dpop, Thumbprint);
}
