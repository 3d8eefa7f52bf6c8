namespace Sso.Server.Pipeline;

internal static class PipelineRegistration
{
    public static IServiceCollection AddSsoPipeline(this IServiceCollection services)
    {
        RouteMethods.Use(services);
        return services;
    }
}
