using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Webhooks;
using Sso.Settings;

namespace Sso.Server.Operations;

internal static class OperationsRegistration
{
    public static IServiceCollection AddSsoOperations(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "Audit", new AuditRules())
        .AddSsoTelemetry(configuration)
        .AddSingleton<ServerState>().AddSingleton<ServerMetrics>()
        .AddHostedService<AuditSealing>().AddHostedService<NodeHeartbeat>()
        .AddSingleton<DatabaseClock>().AddSingleton<DatabaseFitness>().AddSingleton<DatabaseDiagnosis>().AddSingleton<WriteProbe>()
        .AddSingleton<ISaveChangesInterceptor>(provider => new EventStamps(
            "server", provider.GetRequiredService<IHttpContextAccessor>(), provider.GetRequiredService<ServerMetrics>()))
        // In this order: the bells see what the rows before them added.
        .AddSingleton<WebhookAudience>().AddSingleton<ISaveChangesInterceptor, WebhookRows>()
        .AddSingleton<WebhookBell>().AddSingleton<LogoutBell>().AddSingleton<ISaveChangesInterceptor, QueueBells>();
}
