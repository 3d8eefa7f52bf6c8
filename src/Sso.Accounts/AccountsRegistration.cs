using Sso.Accounts.Administrators;
using Sso.Accounts.Apps;
using Sso.Accounts.Audit;
using Sso.Accounts.Contacts;
using Sso.Accounts.Deletion;
using Sso.Accounts.Factors;
using Sso.Accounts.Imports;
using Sso.Accounts.Mails;
using Sso.Accounts.Overview;
using Sso.Accounts.Passwords;
using Sso.Accounts.People;
using Sso.Accounts.Proposals;
using Sso.Accounts.Protection;
using Sso.Accounts.Recovery;
using Sso.Accounts.Sessions;
using Sso.Accounts.SignIn;
using Sso.Admin.Brands;
using Sso.Protocol.Clients;
using Sso.Settings;

namespace Sso.Accounts;

/// <summary>
/// Every act on an account, for a server, a console, an API or a command line that has registered the database and
/// <see cref="PasswordSettings"/>.
/// </summary>
public static class AccountsRegistration
{
    /// <summary>Folder by folder. What needs a key or a limit of requests is made only where somebody asks for it.</summary>
    public static IServiceCollection AddSsoAccounts(this IServiceCollection services) => services
        .AddScoped(typeof(Lazy<>), typeof(Deferred<>))
        .AddScoped<AppAccess>().AddScoped<ConsentDecision>()
        .AddScoped<ContactOverview>().AddScoped<EmailChange>().AddScoped<NumberHistory>().AddScoped<NumberUses>()
        .AddScoped<DeletionRequest>().AddScoped<DeletePerson>()
        .AddSsoFactors()
        .AddSingleton<SecurityMails>().AddSingleton<MailPreview>().AddSingleton<NoticeTexts>().AddScoped<OwedNotices>()
        .AddScoped<AccountOverview>().AddScoped<OwnActivity>().AddScoped<DataExport>()
        .AddSingleton<PasswordLane>().AddScoped<PasswordFloor>()
        .AddScoped<SetPassword>().AddScoped<ChangePassword>().AddScoped<PasswordLinkRequest>().AddScoped<SendPasswordLink>()
        .AddScoped<AddPerson>().AddScoped<ImportPeople>().AddScoped<ListPeople>().AddScoped<ShowPerson>().AddScoped<ListPersonEvents>()
        .AddScoped<UploadImport>().AddScoped<ChangeImport>().AddScoped<RunImport>().AddScoped<ShowImport>()
        .AddScoped<SearchEvents>().AddScoped<ShowEvent>().AddScoped<ExportEvents>()
        .AddScoped<UnlockPerson>().AddScoped<DisablePerson>().AddScoped<EnablePerson>().AddScoped<SignOutPerson>()
        .AddScoped<SearchPeople>().AddScoped<FindByNumber>().AddScoped<ChangePerson>().AddScoped<SetExternalId>().AddScoped<SeenPerson>()
        .AddScoped<CloseAccount>().AddScoped<SecureByNewPassword>().AddScoped<UndoContactChanges>()
        .AddScoped<LostFactor>().AddScoped<DueRecoveries>()
        .AddScoped<FactorReset>().AddScoped<LoosenPolicy>().AddScoped<ShowProposals>()
        .AddScoped<BrowserSessions>().AddScoped<SessionEnding>()
        .AddSingleton<DeviceSecrets>().AddScoped<DeviceTrust>().AddScoped<TrustKeeping>()
        .AddScoped<PasswordAttempts>().AddScoped<PasswordSignIn>().AddScoped<SimulateSignIn>()
        .AddScoped<PasskeySignIn>().AddScoped<SignInCompletion>()
        .AddSsoAdministrators();

    /// <summary>For the server and for the command line. Needs <see cref="BrandOptions"/> beside it.</summary>
    public static IServiceCollection AddSignInSettings(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "SignIn", new SignInRules())
        .AddSettings<ConsoleOptions>(configuration, "Console")
        .AddSingleton(provider => new PasswordSettings(
            provider.GetRequiredService<SignInOptions>().Policy == SecondFactorPolicy.Required,
            provider.GetRequiredService<BrandOptions>().Name));
}
