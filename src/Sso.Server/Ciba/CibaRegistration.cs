using Sso.Extensions.Ciba;

namespace Sso.Server.Ciba;

internal static class CibaRegistration
{
    public static IServiceCollection AddSsoCiba(this IServiceCollection services) => services
        .AddScoped<BackchannelRequests>().AddScoped<ICibaHost, CibaHost>();
}
