using Sso.Settings;

namespace Sso.Server.Operations;

internal static class TelemetryRegistration
{
    /// <summary>
    /// OpenTelemetry is in a class of its own, whose assemblies are loaded only where an operator asks for it: the others neither start
    /// later nor hold more memory.
    /// </summary>
    public static IServiceCollection AddSsoTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var rules = new TelemetryRules();
        services.AddSettings(configuration, TelemetryOptions.Section, rules);
        var telemetry = configuration.ReadUnchecked<TelemetryOptions>(TelemetryOptions.Section);
        return telemetry.Endpoint is not null && rules.Validate(telemetry).IsValid ? TelemetryExport.Add(services, telemetry) : services;
    }
}
