using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Factors;
using Sso.Accounts.Passwords;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;

namespace Sso.Accounts.Protection;

/// <summary>What the owner who said "it wasn't me" did, as the page shows it afterwards.</summary>
/// <param name="Removed">Each method as often as one of its kind was removed.</param>
public sealed record ProtectionView(Guid Id, DateTimeOffset At, IReadOnlyList<ProofMethod> Removed, bool HasNewCodes);

/// <summary>
/// "It wasn't me", by an owner who is signed in and knows the password: it changes, everything else that is open ends, unknown methods go,
/// and new recovery codes are made, all of it or nothing. Each is the act of its own page, with its rules, its event and its mail.
/// </summary>
public sealed class SecureByNewPassword(
    SsoDbContext database, ChangePassword passwords, RemoveFactor factors, RecoveryCodeSet codes, TimeProvider clock)
{
    /// <summary>How long the page shows what was done, however the browser comes back to it.</summary>
    private static readonly TimeSpan ToldFor = TimeSpan.FromMinutes(15);

    public async Task<NewPasswordOutcome> ExecuteAsync(
        Visit visit, SignInRow signIn, string current, string password,
        IReadOnlyCollection<Guid> strangers, bool wantsNewCodes, CancellationToken cancellation)
    {
        return await passwords.ChangeAsync(visit, signIn, current, password, TakeAwayAsync, cancellation);

        async Task<NewPasswordOutcome?> TakeAwayAsync(CancellationToken token)
        {
            foreach (var stranger in strangers)
            {
                // If it is already gone, that is just as good.
                if (await factors.TakeAsync(new(visit, signIn), stranger, isStrangers: true, token) is RemovalOutcome.IsLast)
                {
                    return new NewPasswordOutcome.NoMethodLeft();
                }
            }

            if (wantsNewCodes)
            {
                await codes.ReplaceAsync(visit, signIn, token);
            }

            database.SecurityEvents.Add(SecurityEvent.AccountSecured(clock.GetUtcNow(), signIn.PersonId, signIn.SessionId));
            return null;
        }
    }

    /// <summary>What this session did a moment ago, read from the events of that request; null if it did nothing.</summary>
    public async Task<ProtectionView?> LatestAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - ToldFor;
        var events = database.SecurityEvents.AsNoTracking().Where(row => row.PersonId == signIn.PersonId && row.At > since);
        // Without a new password, everything else was closed and the rest is still to be done.
        var secured = await events
            .Where(row => row.SessionId == signIn.SessionId && row.Kind == SecurityEventKind.AccountSecured
                && events.Any(part => part.Kind == SecurityEventKind.PasswordChanged && part.RequestId == row.RequestId))
            .OrderByDescending(row => row.At).ThenByDescending(row => row.Id).FirstOrDefaultAsync(cancellation);
        if (secured is null)
        {
            return null;
        }

        var parts = await events.Where(row => row.RequestId == secured.RequestId).ToListAsync(cancellation);
        return new(
            secured.Id,
            secured.At,
            [.. parts.Where(row => row.Kind == SecurityEventKind.SecondFactorRemoved).SelectMany(row => EventFacts.Of(row).Methods)],
            parts.Exists(row => row.Kind == SecurityEventKind.RecoveryCodesCreated));
    }
}
