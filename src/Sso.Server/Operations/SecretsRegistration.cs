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
        .AddSingleton(new UnsetSetting("Secrets:PassphraseFile", UnnamedPassphrase))
        .AddSingleton(provider => WrappingKeyFile.Read(
            provider.GetRequiredService<SecretsOptions>(), provider.GetRequiredService<DatabaseOptions>()))
        .AddSingleton<DataKeyRing>()
        .AddSingleton<Sealer>()
        .AddSingleton<SealedSecrets>()
        .AddSingleton<WebhookSecrets>()
        .AddSingleton<SigningKeyFactory>()
        .AddSingleton<AuditChain>().AddSingleton<AuditVerification>().AddSingleton<AuditRetention>();

    /// <summary>The certificate comes first where both are there.</summary>
    private static string? UnnamedPassphrase(IServiceProvider provider) =>
        provider.GetRequiredService<SecretsOptions>() is { CertificateFile: null or "" } secrets
            ? WrappingKeyFile.PassphraseFile(secrets, provider.GetRequiredService<DatabaseOptions>())
            : null;
}
