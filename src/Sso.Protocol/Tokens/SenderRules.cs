namespace Sso.Protocol.Tokens;

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
