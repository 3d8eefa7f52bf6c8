using Sso.Data.Keys;
using Sso.Extensions.RequestObjects;
using Sso.Server.Operations;

namespace Sso.Server.Keys;

internal static class KeysRegistration
{
    public static IServiceCollection AddSsoKeys(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.ReadSettings<KeyOptions>("Keys", keys => keys.Problem))
        .AddSingleton<SigningKeyRing>().AddSingleton<IDecryptionKeys>(services => services.GetRequiredService<SigningKeyRing>())
        .AddDataProtectionKeys();
}
