using System.Text;
using Sso.Extensions.Host;
using Sso.Protocol;

namespace Sso.Server.Http;

/// <summary>Who we are. Section <c>Sso</c> of the configuration.</summary>
public sealed record SsoOptions : IIssuerName
{
    /// <summary>The issuer identifier and public address (OIDC Discovery §3); never taken from the Host header.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Addresses and networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto count.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Names under which requests reach this server beside the issuer's and those of brands, such as the one that a proxy uses inside.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>
    /// True: applications may watch the session through a frame of ours (OIDC Session Management). Off by default: it needs a cookie in a
    /// frame of another site, which most browsers refuse by now.
    /// </summary>
    public bool SessionManagement { get; init; }

    /// <summary>Where to tell of a hole, the preferred one first: addresses that begin with https:, mailto: or tel: (RFC 9116 §2.5.3). None: no security.txt.</summary>
    public IReadOnlyList<string> SecurityContacts { get; init; } = [];

    /// <summary>The https address of the rules for whoever looks for holes (RFC 9116 §2.5.7); null for none.</summary>
    public string? SecurityPolicy { get; init; }

    public Uri IssuerUri => new(Issuer);

    string IIssuerName.Value => Issuer;

    /// <summary>Where the developer of an application reads about an error (RFC 6749 §5.2).</summary>
    public string ErrorUri(OAuthError error) => $"{Issuer}/errors/{error.Id}";

    public bool IsHttps => Issuer.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>What is wrong with these settings, as a sentence that names the setting; null when nothing is.</summary>
    public string? Problem(IHostEnvironment environment) => Issuer switch
    {
        "" => "Sso:Issuer is not set. Set it to the public https address of this server, for example https://sso.example.com.",
        // A line break in a setting that becomes a header would break every answer, not the start.
        _ when Uri.TryCreate(Issuer, UriKind.Absolute, out var named) && named.IdnHost != named.Host && !Ascii.IsValid(Issuer) =>
            $"Sso:Issuer is \"{Issuer}\": write the host as browsers send it, {named.IdnHost}.",
        _ when Issuer.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 =>
            "Sso:Issuer holds a space, a line break or another character that an address cannot have.",
        _ when !Uri.TryCreate(Issuer, UriKind.Absolute, out var uri)
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0
            || Issuer.EndsWith('/') || uri.AbsolutePath != "/" =>
            $"Sso:Issuer is \"{Issuer}\": it must be scheme and host (and port) only, without a slash at the end.",
        _ when Hosts.FirstOrDefault(host => Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown) is { } host =>
            $"Sso:Hosts holds \"{host}\", which is no host name. Write the name alone, without scheme, port or star.",
        _ when TrustedProxies.Select(Http.TrustedProxies.Problem).FirstOrDefault(problem => problem is not null) is { } problem => problem,
        _ when SecurityContacts.FirstOrDefault(contact => !IsAddress(contact, "https", "mailto", "tel")) is { } contact =>
            $"Sso:SecurityContacts holds \"{contact}\": write an address that begins with https:, mailto: or tel:.",
        _ when SecurityPolicy is not null && !IsAddress(SecurityPolicy, "https") =>
            $"Sso:SecurityPolicy is \"{SecurityPolicy}\": write an https address.",
        _ when IsHttps => null,
        _ when environment.IsProduction() => $"Sso:Issuer is \"{Issuer}\": in Production it must begin with https://.",
        _ when !IssuerUri.IsLoopback => $"Sso:Issuer is \"{Issuer}\": http is accepted on a loopback address only.",
        _ => null,
    };

    private static bool IsAddress(string text, params string[] schemes) =>
        text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme);
}
