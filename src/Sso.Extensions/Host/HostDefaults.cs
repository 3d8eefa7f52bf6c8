namespace Sso.Extensions.Host;

/// <summary>What several extensions share, with defaults for what a host did not implement.</summary>
internal static class HostDefaults
{
    public static IServiceCollection AddHostDefaults(this IServiceCollection services)
    {
        services.TryAddSingleton<IIssuerName, ConfiguredIssuerName>();
        services.TryAddSingleton<ISigningKeys, ConfiguredSigningKeys>();
        services.TryAddSingleton<ClientKeys>();
        services.TryAddSingleton<ClientSignatures>();
        services.TryAddSingleton<TokenEncryptor>();
        return services;
    }

    public static OpenIddictServerBuilder AddHostDefaults(this OpenIddictServerBuilder server)
    {
        server.Services.AddHostDefaults();
        return server;
    }
}
