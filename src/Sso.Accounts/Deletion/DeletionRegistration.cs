namespace Sso.Accounts.Deletion;

public static class DeletionRegistration
{
    public static IServiceCollection AddSsoDeletion(this IServiceCollection services) => services
        .AddScoped<DeletionRequest>().AddScoped<DeletePerson>();
}
