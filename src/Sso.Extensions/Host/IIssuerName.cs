using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace Sso.Extensions.Host;

/// <summary>How the host spells its issuer, character by character (OIDC Discovery §4.3).</summary>
public interface IIssuerName
{
    string Value { get; }
}

/// <summary>As OpenIddict writes it, with a slash after one without a path.</summary>
internal sealed class ConfiguredIssuerName(IOptionsMonitor<OpenIddictServerOptions> options) : IIssuerName
{
    public string Value => options.CurrentValue.Issuer?.AbsoluteUri
        ?? throw new InvalidOperationException("OpenIddict has no issuer; set it, or implement IIssuerName.");
}
