using Microsoft.EntityFrameworkCore;

namespace Sso.Data;

/// <summary>
/// Tells all nodes that a registration, a key, a brand or a webhook changed. To be called inside the transaction of the change.
/// </summary>
public static class ConfigurationChanges
{
    public static Task RaiseKeysVersionAsync(this SsoDbContext database, CancellationToken cancellation) => database.ConfigurationVersions
        .ExecuteUpdateAsync(set => set.SetProperty(version => version.Keys, version => version.Keys + 1), cancellation);

    public static Task RaiseClientsVersionAsync(this SsoDbContext database, CancellationToken cancellation) =>
        database.ConfigurationVersions
            .ExecuteUpdateAsync(set => set.SetProperty(version => version.Clients, version => version.Clients + 1), cancellation);

    public static Task RaiseBrandsVersionAsync(this SsoDbContext database, CancellationToken cancellation) => database.ConfigurationVersions
        .ExecuteUpdateAsync(set => set.SetProperty(version => version.Brands, version => version.Brands + 1), cancellation);

    public static Task RaiseWebhooksVersionAsync(this SsoDbContext database, CancellationToken cancellation) =>
        database.ConfigurationVersions
            .ExecuteUpdateAsync(set => set.SetProperty(version => version.Webhooks, version => version.Webhooks + 1), cancellation);
}
