namespace Sso.Extensions.Dpop;

/// <summary>Proofs of possession (RFC 9449).</summary>
public sealed record DpopOptions
{
    /// <summary>
    /// True: every proof must carry a nonce of ours (RFC 9449 §8), so that none can be made in advance. A nonce is offered in any case.
    /// </summary>
    public bool RequireNonce { get; set; }
}
