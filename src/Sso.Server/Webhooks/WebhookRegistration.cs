namespace Sso.Server.Webhooks;

internal static class WebhookRegistration
{
    public static IServiceCollection AddSsoWebhooks(this IServiceCollection services) => services
        .AddSingleton<WebhookDispatcher>()
        .AddHostedService(provider => provider.GetRequiredService<WebhookDispatcher>());
}
