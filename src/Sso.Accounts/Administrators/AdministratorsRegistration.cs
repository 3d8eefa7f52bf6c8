namespace Sso.Accounts.Administrators;

public static class AdministratorsRegistration
{
    public static IServiceCollection AddSsoAdministrators(this IServiceCollection services) => services
        .AddScoped<FirstAdministrator>()
        .AddScoped<ConsoleVisits>()
        .AddScoped<GrantRole>()
        .AddScoped<RemoveAdministrator>()
        .AddScoped<ListAdministrators>()
        .AddScoped<SendTest>();
}
