using Sso.Extensions.Host;

namespace Sso.Server.Clients;

internal static class ClientsRegistration
{
    public static IServiceCollection AddSsoClients(this IServiceCollection services) => services
        .AddSingleton<ClientDirectory>().AddSingleton<IClientSource>(services => services.GetRequiredService<ClientDirectory>());
}
