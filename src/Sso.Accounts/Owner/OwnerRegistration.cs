namespace Sso.Accounts.Owner;

public static class OwnerRegistration
{
    public static IServiceCollection AddSsoOwners(this IServiceCollection services) => services
        .AddScoped<OwnSessions>()
        .AddScoped<OwnApps>()
        .AddScoped<OwnActivity>()
        .AddScoped<OwnProtection>()
        .AddScoped<FactorNames>().AddScoped<FactorRemoval>()
        .AddScoped<OwnContacts>().AddScoped<ContactUndo>()
        .AddScoped<DataExport>()
        .AddScoped<OwnDeletion>().AddScoped<DueDeletions>();
}
