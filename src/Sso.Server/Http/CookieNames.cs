namespace Sso.Server.Http;

/// <summary>The cookies of Sso: <c>__Host-</c> names, but plain for http on loopback, where browsers refuse the prefix.</summary>
internal sealed class CookieNames(SsoOptions options)
{
    private readonly string _prefix = options.IsHttps ? "__Host-sso-" : "sso-";

    public bool Secure { get; } = options.IsHttps;

    /// <summary>The handle of the signed-in session.</summary>
    public string Session => _prefix + "session";

    /// <summary>A browser that is spared the second factor.</summary>
    public string Device => _prefix + "device";

    /// <summary>Names this browser, so that a flow handle works nowhere else and a sign-in on a new one is noticed.</summary>
    public string Browser => _prefix + "browser";

    /// <summary>Changes with the session, for the frame of Session Management, whose script can read it; of no use elsewhere.</summary>
    public string State => _prefix + "state";

    public string Antiforgery => _prefix + "antiforgery";

    public string Language => _prefix + "language";

    /// <summary>What a page says to a form, until it is shown.</summary>
    public string Answer => _prefix + "answer";

    /// <summary>What was typed into a form of the console, while its sender proves more.</summary>
    public string Form => _prefix + "form";

    /// <summary>A sign-in that an administrator tries, until its answer comes.</summary>
    public string Trial => _prefix + "trial";

    public IReadOnlyList<string> All => [Session, Device, Browser, State, Antiforgery, Language, Answer, Form, Trial];

    /// <summary>Session Management §3.2: its script reads it in a frame, so it is neither HttpOnly nor Lax.</summary>
    public CookieOptions StateOptions() =>
        new(Options()) { HttpOnly = false, SameSite = Secure ? SameSiteMode.None : SameSiteMode.Lax };

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
