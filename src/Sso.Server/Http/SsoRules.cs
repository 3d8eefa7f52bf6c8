using System.Text;
using FluentValidation;
using Sso.Settings;

namespace Sso.Server.Http;

internal sealed class SsoRules : AbstractValidator<SsoOptions>
{
    public SsoRules(IHostEnvironment environment)
    {
        RuleFor(sso => sso.Issuer)
            .Cascade(CascadeMode.Stop)
            .NotEmpty()
            .WithMessage("is not set. Set it to the public https address of this server, for example https://sso.example.com.")
            .Must(issuer => OtherSpelling(issuer) is null)
            .WithMessage(sso => $"is \"{sso.Issuer}\": write the host as browsers send it, {OtherSpelling(sso.Issuer)}.")
            // A line break in a setting that becomes a header would break every answer, not the start.
            .Must(issuer => issuer.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0)
            .WithMessage("holds a space, a line break or another character that an address cannot have.")
            .Must(IsHostAndPort)
            .WithMessage("is \"{PropertyValue}\": it must be scheme and host (and port) only, without a slash at the end.")
            .Must(issuer => IsHttps(issuer) || !environment.IsProduction())
            .WithMessage("is \"{PropertyValue}\": in Production it must begin with https://.")
            .Must(issuer => IsHttps(issuer) || new Uri(issuer).IsLoopback)
            .WithMessage("is \"{PropertyValue}\": http is accepted on a loopback address only.");
        RuleForEach(sso => sso.Hosts)
            .Must(host => Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown)
            .WithMessage("holds \"{PropertyValue}\", which is no host name. Write the name alone, without scheme, port or star.");
        RuleForEach(sso => sso.TrustedProxies)
            .Cascade(CascadeMode.Stop)
            .Must(entry => TrustedProxies.Parse(entry) is not null)
            .WithMessage("holds \"{PropertyValue}\", which is neither an IP address nor a network such as 10.1.2.0/24, "
                + "named by its first address.")
            .Must(entry => TrustedProxies.Parse(entry) is not { PrefixLength: 0 })
            .WithMessage("holds \"{PropertyValue}\": so anybody could say from where they come. Name the proxies.");
        RuleForEach(sso => sso.SecurityContacts)
            .IsAddress("https", "mailto", "tel")
            .WithMessage("holds \"{PropertyValue}\": write an address that begins with https:, mailto: or tel:.");
        RuleFor(sso => sso.SecurityPolicy).IsAddress("https");
    }

    private static bool IsHttps(string issuer) => issuer.StartsWith("https://", StringComparison.Ordinal);

    private static string? OtherSpelling(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri.IdnHost != uri.Host && !Ascii.IsValid(issuer) ? uri.IdnHost : null;

    private static bool IsHostAndPort(string issuer) => Uri.TryCreate(issuer, UriKind.Absolute, out var uri)
        && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
        && !issuer.EndsWith('/') && uri.AbsolutePath == "/";
}
