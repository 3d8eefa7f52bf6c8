using Sso.Extensions.Dpop;
using Sso.Server.Operations;

namespace Sso.Server.Dpop;

internal static class DpopRegistration
{
    public static IServiceCollection AddSsoDpop(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.ReadSettings<DpopOptions>("Dpop"))
        .AddScoped<IDpopHost, DpopHost>();
}
