using Sso.Extensions.Dpop;
using Sso.Settings;

namespace Sso.Server.Dpop;

internal static class DpopRegistration
{
    public static IServiceCollection AddSsoDpop(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings<DpopOptions>(configuration, "Dpop")
        .AddScoped<IDpopHost, DpopHost>();
}
