using Sso.Extensions.RequestObjects;
using Sso.Settings;

namespace Sso.Server.Keys;

internal static class KeysRegistration
{
    public static IServiceCollection AddSsoKeys(this IServiceCollection services, IConfiguration configuration) => services
        .AddKeySettings(configuration)
        .AddSingleton<SigningKeyRing>().AddSingleton<IDecryptionKeys>(services => services.GetRequiredService<SigningKeyRing>())
        .AddSingleton<KeySetFetches>().AddHostedService(services => services.GetRequiredService<KeySetFetches>())
        .AddDataProtectionKeys();

    /// <summary>For the server and for the command line.</summary>
    public static IServiceCollection AddKeySettings(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSettings(configuration, "Keys", new KeyRules());
}
