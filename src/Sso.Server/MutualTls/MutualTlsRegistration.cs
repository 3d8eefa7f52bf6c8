using Sso.Settings;

namespace Sso.Server.MutualTls;

internal static class MutualTlsRegistration
{
    public static IServiceCollection AddSsoMutualTls(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "MutualTls", new MutualTlsRules(configuration.GetSection("Sso:TrustedProxies").GetChildren().Any()))
        .AddSingleton<ClientCertificates>();
}
