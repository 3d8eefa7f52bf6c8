using System.Text;
using FluentValidation;
using Sso.Server.Http;
using Sso.Settings;

namespace Sso.Server.MutualTls;

internal sealed class MutualTlsRules : AbstractValidator<MutualTlsOptions>
{
    /// <param name="hasTrustedProxies">Whether <c>Sso:TrustedProxies</c> names one.</param>
    public MutualTlsRules(bool hasTrustedProxies) => When(
        mutualTls => mutualTls.Enabled,
        () =>
        {
            RuleFor(mutualTls => mutualTls.Address)
                .Cascade(CascadeMode.Stop)
                .Must(address => address is null || IsHostAndPort(address))
                .WithMessage("is \"{PropertyValue}\": it must be https, host and port only, without a slash at the end.")
                .Must(address => address is null || Ascii.IsValid(address))
                .WithMessage(mutualTls =>
                    $"is \"{mutualTls.Address}\": write the host as browsers send it, {new Uri(mutualTls.Address!).IdnHost}.");
            RuleFor(mutualTls => mutualTls.ProxyHeader)
                .Null().Unless(_ => hasTrustedProxies)
                .WithMessage("is set, and Sso:TrustedProxies is empty: anybody could write that header. Name the proxies.");
            RuleFor(mutualTls => mutualTls.AuthoritiesFile).IsFile();
        });

    private static bool IsHostAndPort(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps && uri.AbsolutePath == "/" && !address.EndsWith('/');
}
