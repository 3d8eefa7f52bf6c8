using Sso.Extensions.RequestObjects;
using Sso.Extensions.SessionManagement;
using Sso.Server.Clients;
using Sso.Settings;

namespace Sso.Server.Authorization;

internal static class AuthorizationRegistration
{
    public static IServiceCollection AddSsoAuthorization(this IServiceCollection services, IConfiguration configuration) => services
        .AddAuthorizationTypes(configuration)
        .AddSettings<AuthorizationOptions>(configuration, "Authorization")
        .AddScoped<AuthorizationRequestReader>().AddSingleton<PushedRequestStore>().AddRequestObjectReading()
        .AddSingleton<RequestParsing>().AddSingleton<FlowSealer>().AddSingleton<LateFlows>().AddScoped<Interaction>()
        .AddSingleton<AccountArea>().AddSingleton<ConsoleArea>().AddSingleton<AuthorizationCodeSealer>()
        .AddScoped<WaitingRequestStore>().AddSingleton<WaitingFlow>()
        .AddSingleton<BackchannelNotifier>().AddHostedService(provider => provider.GetRequiredService<BackchannelNotifier>())
        .AddSingleton<ISessionManagementHost, SessionStates>()
        .AddSingleton<PageBrand>();

    /// <summary>For the server and for the command line, which lists them.</summary>
    public static IServiceCollection AddAuthorizationTypes(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "", new AuthorizationTypeRules())
        .AddSingleton(provider => provider.GetRequiredService<AuthorizationTypeSettings>().ToTypes());
}
