using Sso.Admin.Clients;
using Sso.Admin.Webhooks;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Settings;

namespace Sso.Server.Operations;

/// <summary>The wrapping key, and what it protects.</summary>
internal static class SecretsRegistration
{
    public static IServiceCollection AddSsoSecrets(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment) => services
        .AddSettings(
            configuration, SecretsOptions.Section,
            new SecretsRules(configuration.ReadUnchecked<DatabaseOptions>(DatabaseRegistration.Section), environment))
        .AddSingleton(provider => WrappingKeyFile.Read(
            provider.GetRequiredService<SecretsOptions>(), provider.GetRequiredService<DatabaseOptions>()))
        .AddSingleton<DataKeyRing>()
        .AddSingleton<Sealer>()
        .AddSingleton<SealedSecrets>()
        .AddSingleton<WebhookSecrets>()
        .AddSingleton<SigningKeyFactory>()
        .AddSingleton<AuditChain>().AddSingleton<AuditVerification>().AddSingleton<AuditRetention>();
}
