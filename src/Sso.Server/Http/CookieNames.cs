namespace Sso.Server.Http;

/// <summary>
/// The cookies of Sso: <c>__Host-</c> names, plain ones only for an http issuer on loopback in Development (browsers refuse the prefix there).
/// </summary>
public sealed class CookieNames(SsoOptions options)
{
    private readonly string _prefix = options.IsHttps ? "__Host-sso-" : "sso-";

    public bool Secure { get; } = options.IsHttps;

    /// <summary>The handle of the signed-in session.</summary>
    public string Session => _prefix + "session";

    /// <summary>A browser that is spared the second factor.</summary>
    public string Device => _prefix + "device";

    /// <summary>Names this browser, so that a flow handle works nowhere else and a sign-in on a new one is noticed.</summary>
    public string Browser => _prefix + "browser";

    public string Antiforgery => _prefix + "antiforgery";

    public string Language => _prefix + "language";

    public IReadOnlyList<string> All => [Session, Device, Browser, Antiforgery, Language];

    public CookieOptions Options(TimeSpan? maxAge = null) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
