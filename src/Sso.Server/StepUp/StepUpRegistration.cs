using Sso.Settings;

namespace Sso.Server.StepUp;

internal static class StepUpRegistration
{
    public static IServiceCollection AddSsoStepUp(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "", new ActionRules())
        .AddSingleton(provider => new ActionCatalogue(provider.GetRequiredService<ActionSettings>()));
}
