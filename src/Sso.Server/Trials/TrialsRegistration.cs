namespace Sso.Server.Trials;

internal static class TrialsRegistration
{
    public static IServiceCollection AddSsoTrials(this IServiceCollection services) => services
        .AddSingleton<SignInTrials>().AddSingleton<OwnPipeline>().AddSingleton<FinishTrial>();
}
