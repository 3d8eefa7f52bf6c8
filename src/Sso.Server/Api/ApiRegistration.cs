using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Server.Api;

internal static class ApiRegistration
{
    public static IServiceCollection AddSsoApi(this IServiceCollection services) => services
        .AddScoped<ApiCallers>().AddScoped<TokenBindings>().AddScoped<IdempotentRequests>()
        .AddSingleton<ISaveChangesInterceptor, DoneMarks>();
}
