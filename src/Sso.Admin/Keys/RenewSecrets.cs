using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Secrets;

namespace Sso.Admin.Keys;

/// <summary>
/// For the day on which somebody may have seen a key, or a flaw of the framework let somebody forge what only we seal: every key that seals
/// for the outside is replaced, and whatever was issued under the former ones ends. People sign in again; passwords, second factors and
/// signing keys stay.
/// </summary>
public sealed class RenewSecrets(SsoDbContext database, DataKeyRing dataKeys, TimeProvider clock)
{
    private const string Because = "secrets renewed";

    public async Task<SecretsRenewed> ExecuteAsync(CancellationToken cancellation)
    {
        await dataKeys.LoadAsync(cancellation);
        var (now, successor) = (clock.GetUtcNow(), dataKeys.NewKey());
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.RaiseKeysVersionAsync(cancellation);
        await dataKeys.RenewAsync(database, successor, cancellation);
        await database.DataProtectionKeys.ExecuteDeleteAsync(cancellation);
        var sessions = await database.Sessions.Where(session => session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellation);
        await database.AddLogoutNoticesAsync(database.Grants, now, cancellation);
        var grants = await database.Grants.Where(grant => grant.RevokedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, Because), cancellation);
        var devices = await database.TrustedDevices.ExecuteDeleteAsync(cancellation);
        var links = await database.MailedLinks.Where(link => link.UsedAt == null).ExecuteDeleteAsync(cancellation);
        database.SecurityEvents.Add(SecurityEvent.SecretsRenewed(now, Because));
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new(sessions, grants, devices, links);
    }
}

/// <summary>What ended.</summary>
public sealed record SecretsRenewed(int Sessions, int Grants, int TrustedDevices, int MailedLinks);
