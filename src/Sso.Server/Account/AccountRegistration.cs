using Sso.Admin.People;

namespace Sso.Server.Account;

internal static class AccountRegistration
{
    public static IServiceCollection AddSsoAccount(this IServiceCollection services) => services
        .AddScoped<OwnSessions>()
        .AddScoped<OwnApps>()
        .AddScoped<OwnActivity>()
        .AddScoped<OwnProtection>()
        .AddScoped<FactorNames>().AddScoped<FactorRemoval>()
        .AddScoped<OwnContacts>().AddScoped<ContactUndo>().AddScoped<UndoContactChanges>()
        .AddScoped<DataExport>()
        .AddScoped<OwnDeletion>().AddScoped<DueDeletions>().AddScoped<DeletePerson>();
}
