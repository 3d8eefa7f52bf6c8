namespace Sso.Extensions.Dpop;

/// <summary>One way to present a token (RFC 9110 §11.6.1), and for the one that was used what was wrong with it.</summary>
public sealed record AuthenticateChallenge(string Scheme, bool WasUsed)
{
    public const string Bearer = "Bearer";

    /// <summary>RFC 9449 §7.1.</summary>
    public const string Dpop = "DPoP";

    private static readonly string Algorithms = $"algs=\"{string.Join(' ', SignatureAlgorithms.Dpop)}\"";

    /// <summary>Without an error: for a request that brought no token (RFC 6750 §3.1).</summary>
    public string Plain => Scheme == Dpop ? $"{Dpop} {Algorithms}" : Bearer;

    public string Described(OAuthError error, string uri) => !WasUsed ? Plain
        : $"{Plain}{(Scheme == Dpop ? ", " : " ")}error=\"{error.Code}\", error_description=\"{error.Description}\", error_uri=\"{uri}\"";
}
