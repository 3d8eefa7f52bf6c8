using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.MutualTls;

internal static class MutualTlsRegistration
{
    public static IServiceCollection AddSsoMutualTls(
        this IServiceCollection services, IConfiguration configuration, SsoOptions sso) => services
        .AddSingleton(configuration.ReadSettings<MutualTlsOptions>("MutualTls", mutualTls => mutualTls.Problem(sso)))
        .AddSingleton<ClientCertificates>();
}
