namespace Sso.Server.Imports;

internal static class ImportRegistration
{
    public static IServiceCollection AddSsoImports(this IServiceCollection services) => services
        .AddSingleton<ImportDispatcher>()
        .AddHostedService(provider => provider.GetRequiredService<ImportDispatcher>());
}
