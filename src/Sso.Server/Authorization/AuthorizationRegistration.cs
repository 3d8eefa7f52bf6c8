using Sso.Extensions.RequestObjects;
using Sso.Server.Operations;

namespace Sso.Server.Authorization;

internal static class AuthorizationRegistration
{
    public static IServiceCollection AddSsoAuthorization(this IServiceCollection services, IConfiguration configuration)
    {
        var (types, problem) = AuthorizationTypeSettings.Read(configuration);
        return services
            .AddSingleton(types ?? throw new SettingsException(problem!))
            .AddSingleton(configuration.ReadSettings<AuthorizationOptions>("Authorization"))
            .AddScoped<IncomingRequests>().AddSingleton<PushedRequests>().AddRequestObjectReading()
            .AddSingleton<Flows>().AddSingleton<LateFlows>().AddScoped<Interaction>().AddSingleton<AccountArea>()
            .AddSingleton<AuthorizationCodes>()
            .AddScoped<WaitingRequests>().AddSingleton<WaitingFlow>();
    }
}
