using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Clients;

/// <summary>
/// Disables a client and enables it again. Nothing is deleted, but what it was given ends: somebody who disables a client does not trust
/// what it holds. A client that its own document describes cannot come back by itself.
/// </summary>
public sealed class SwitchClient(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<ClientView, Refusal>> DisableAsync(string clientId, CancellationToken cancellation) =>
        ExecuteAsync(clientId, isOn: false, cancellation);

    public Task<Result<ClientView, Refusal>> EnableAsync(string clientId, CancellationToken cancellation) =>
        ExecuteAsync(clientId, isOn: true, cancellation);

    private async Task<Result<ClientView, Refusal>> ExecuteAsync(string clientId, bool isOn, CancellationToken cancellation)
    {
        var isChanged = false;
        return await database.AllOrNothingAsync<Result<ClientView, Refusal>>(
            async () =>
            {
                var now = clock.GetUtcNow();
                await database.RaiseClientsVersionAsync(cancellation);
                if (await database.Clients.SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } found)
                {
                    return ShowClient.NotFound(clientId);
                }

                isChanged = found.DisabledAt is null != isOn;
                if (isChanged)
                {
                    await SwitchAsync(found, isOn, now, cancellation);
                }

                return ClientView.Of(found);
            },
            // It is so already: nothing to do and nothing to report, and the raised version is rolled back.
            _ => isChanged,
            cancellation);
    }

    private async Task SwitchAsync(ClientRegistration found, bool isOn, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = found.DisabledAt;
        found.DisabledAt = isOn ? null : now;
        var changes = RecordedChanges.Of(("disabled_at", before, found.DisabledAt));
        database.SecurityEvents.Add(SecurityEvent.ClientChanged(now, found.Id, isOn ? "enabled" : "disabled", changes));
        // Also when it is enabled: a node that had not heard yet may have granted something in the last second.
        if (isOn)
        {
            found.BeginOwnTokens(now);
        }
        else
        {
            found.EndOwnTokens(now);
        }

        await database.SaveChangesAsync(cancellation);
        await database.RevokeOfClientAsync(found.Id, "client disabled", now, cancellation);
    }
}
