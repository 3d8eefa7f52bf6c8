using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ClientArea.SignIn;

/// <summary>
/// Sso as its discovery document describes it (OIDC Discovery §4); fetched when first needed and refreshed by the library.
/// </summary>
public sealed class Provider(ClientAreaSettings settings)
{
    public ConfigurationManager<OpenIdConnectConfiguration> Configuration { get; } = new(
        settings.Authority.TrimEnd('/') + "/.well-known/openid-configuration",
        new OpenIdConnectConfigurationRetriever(),
        // The settings allow plain http only on this machine.
        new HttpDocumentRetriever { RequireHttps = !new Uri(settings.Authority).IsLoopback });

    /// <exception cref="SignInException">Sso does not answer, or describes another issuer than the configured one.</exception>
    public async Task<OpenIdConnectConfiguration> DescribeAsync(CancellationToken cancellation)
    {
        OpenIdConnectConfiguration description;
        try
        {
            description = await Configuration.GetConfigurationAsync(cancellation);
        }
        catch (InvalidOperationException exception)
        {
            throw new SignInException(SignInProblem.Unreachable, "Discovery failed: " + exception.Message);
        }

        // OIDC Discovery §4.3: the issuer must be the one whose document was asked for.
        return description.Issuer == settings.Authority.TrimEnd('/')
            ? description
            : throw new SignInException(SignInProblem.Untrusted, "The discovery document names another issuer.");
    }
}
