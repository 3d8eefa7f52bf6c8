using Sso.Server.Operations;

namespace Sso.Server.StepUp;

internal static class StepUpRegistration
{
    public static IServiceCollection AddSsoStepUp(this IServiceCollection services, IConfiguration configuration)
    {
        var (actions, problem) = ActionCatalogue.Read(configuration);
        return services.AddSingleton(actions ?? throw new SettingsException(problem!));
    }
}
