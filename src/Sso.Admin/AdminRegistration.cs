using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Audit;
using Sso.Admin.Brands;
using Sso.Admin.Clients;
using Sso.Admin.Deliveries;
using Sso.Admin.Diagnosis;
using Sso.Admin.Files;
using Sso.Admin.Keys;
using Sso.Admin.Nodes;
using Sso.Admin.Logouts;
using Sso.Admin.Outgoing;
using Sso.Admin.Overview;
using Sso.Admin.Registrations;
using Sso.Admin.Resources;
using Sso.Admin.Webhooks;
using Sso.Data.Keys;

namespace Sso.Admin;

/// <summary>
/// Every operation, for a console, an API or a command line that has registered the database and <see cref="KeyOptions"/>.
/// </summary>
public static class AdminRegistration
{
    /// <summary>
    /// What judges the addresses that registrations name. Needs <see cref="OutgoingOptions"/> and <see cref="RegistrationPolicy"/> beside
    /// it.
    /// </summary>
    /// <param name="services">Of the program.</param>
    /// <param name="issuer">Our own address; null if it is not configured.</param>
    public static IServiceCollection AddOutgoingAddresses(this IServiceCollection services, string? issuer) => services
        .AddSingleton(provider => provider.GetRequiredService<OutgoingOptions>()
            .ToPolicy(issuer, provider.GetRequiredService<RegistrationPolicy>().AllowedHosts))
        .AddSingleton<NameLookup>(SystemResolver.LookUpAsync)
        .AddSingleton<OutgoingAddresses>()
        .AddSingleton<UnknownHosts>();

    public static IServiceCollection AddSsoAdmin(this IServiceCollection services) => services
        .AddScoped<SectorIdentifiers>()
        .AddScoped<MetadataReader>()
        .AddScoped<LogoFetcher>()
        .AddScoped<RegisterClient>()
        .AddScoped<AddClient>()
        .AddScoped<RemoveClient>()
        .AddScoped<AddRegistrationToken>()
        .AddScoped<ListRegistrationTokens>()
        .AddScoped<RemoveRegistrationToken>()
        .AddScoped<ListClients>()
        .AddScoped<ShowClient>()
        .AddScoped<ListApplications>()
        .AddScoped<ShowApplication>()
        .AddSingleton<SignInHistory>()
        .AddSingleton<TextHistory>()
        .AddScoped<InstallationOverview>()
        .AddScoped<ListRefusals>()
        .AddScoped<CheckRequest>()
        .AddScoped<DiagnoseClient>()
        .AddScoped<SwitchClient>()
        .AddScoped<RotateSecret>()
        .AddScoped<ChangeClient>()
        .AddScoped<SeenClient>()
        .AddScoped<ListEvents>()
        .AddScoped<AddBrand>()
        .AddScoped<ChangeBrand>()
        .AddScoped<ListBrands>()
        .AddScoped<ShowBrand>()
        .AddScoped<PreviewBrand>()
        .AddScoped<RemoveBrand>()
        .AddScoped<ListKeys>()
        .AddScoped<ListFetches>()
        .AddScoped<RotateKeys>()
        .AddScoped<RevokeKey>()
        .AddScoped<ListDeliveries>()
        .AddScoped<ListAlerts>()
        .AddScoped<SearchDeliveries>()
        .AddScoped<ListPauses>()
        .AddScoped<EndPause>()
        .AddScoped<ListMails>()
        .AddScoped<RetryMails>()
        .AddScoped<ListNodes>()
        .AddScoped<ListLogouts>()
        .AddScoped<RetryLogouts>()
        .AddScoped<AddWebhook>()
        .AddScoped<ChangeWebhook>()
        .AddScoped<ListWebhooks>()
        .AddScoped<SeenWebhook>()
        .AddScoped<RotateWebhookSecret>()
        .AddScoped<SwitchWebhook>()
        .AddScoped<RemoveWebhook>()
        .AddScoped<TestWebhook>()
        .AddScoped<ListWebhookDeliveries>()
        .AddScoped<ReplayWebhooks>()
        .AddScoped<AddResource>()
        .AddScoped<ListResources>()
        .AddScoped<SeenResource>()
        .AddScoped<ChangeResource>()
        .AddScoped<RemoveResource>()
        .AddScoped<FileSections>()
        .AddScoped<FileHistory>()
        .AddScoped<FileBreakage>()
        .AddScoped<ApplyFile>()
        .AddScoped<ExportFile>()
        .AddScoped<RenewSecrets>();
}
