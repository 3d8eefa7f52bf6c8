using Sso.Admin.People;

namespace Sso.Server.Account;

internal static class AccountRegistration
{
    public static IServiceCollection AddSsoAccount(this IServiceCollection services) => services
        .AddScoped<Viewer>()
        .AddScoped<OwnSessions>()
        .AddScoped<OwnApps>()
        .AddScoped<OwnActivity>()
        .AddScoped<OwnProtection>()
        .AddScoped<FactorNames>().AddScoped<FactorRemoval>()
        .AddScoped<OwnContacts>().AddScoped<EmailChange>().AddScoped<NumberChanges>()
        .AddScoped<ContactUndo>().AddScoped<UndoContactChanges>()
        .AddScoped<DataExport>()
        .AddScoped<OwnDeletion>().AddScoped<DueDeletions>().AddScoped<DeletePerson>();
}
