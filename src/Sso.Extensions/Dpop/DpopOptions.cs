namespace Sso.Extensions.Dpop;

/// <summary>Proofs of possession (RFC 9449).</summary>
public sealed record DpopOptions
{
    /// <summary>True: every proof must carry a nonce of ours (RFC 9449 §8), so none is made in advance. It is always offered.</summary>
    public bool RequireNonce { get; set; }
}
