using Sso.Extensions.Host;
using Sso.Server.Http;

namespace Sso.Server.Engine;

/// <summary>As it is configured, without a slash that OpenIddict would add.</summary>
internal sealed class IssuerName(SsoOptions options) : IIssuerName
{
    public string Value => options.Issuer;
}
