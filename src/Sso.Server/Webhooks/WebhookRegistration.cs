namespace Sso.Server.Webhooks;

internal static class WebhookRegistration
{
    public static IServiceCollection AddSsoWebhooks(this IServiceCollection services) => services
        .AddScoped<WebhookUpkeep>()
        .AddSingleton<WebhookDispatcher>()
        .AddHostedService(provider => provider.GetRequiredService<WebhookDispatcher>());
}
