using Microsoft.Extensions.Options;

namespace Sso.Extensions.Host;

/// <summary>As OpenIddict writes it, with a slash after one without a path.</summary>
internal sealed class ConfiguredIssuerName(IOptionsMonitor<OpenIddictServerOptions> options) : IIssuerName
{
    public string Value => options.CurrentValue.Issuer?.AbsoluteUri
        ?? throw new InvalidOperationException("OpenIddict has no issuer; set it, or implement IIssuerName.");
}
