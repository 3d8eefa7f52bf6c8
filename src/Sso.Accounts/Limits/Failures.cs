using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;

namespace Sso.Accounts.Limits;

/// <summary>
/// What counts as failures of a person: wrong passwords under their names, in browsers that they trust and in sessions of theirs, and wrong
/// codes. The command line asks too, which knows no limits of requests.
/// </summary>
internal static class Failures
{
    /// <summary>Under which a wrong password is counted in a trusted browser.</summary>
    public static string InDevice(Guid deviceId) => $"device/{deviceId:N}";

    /// <summary>Under which a wrong current password is counted where somebody is signed in.</summary>
    public static string InSession(Guid sessionId) => $"session/{sessionId:N}";

    /// <summary>The counters of wrong passwords. What was typed at a sign-in can be either name.</summary>
    public static async Task<IReadOnlyList<byte[]>> PasswordCountersAsync(
        this SsoDbContext database, Person person, CancellationToken cancellation)
    {
        var devices = await database.TrustedDevices.Where(device => device.PersonId == person.Id)
            .Select(device => device.Id).ToListAsync(cancellation);
        var sessions = await database.Sessions.Where(session => session.PersonId == person.Id && session.EndedAt == null)
            .Select(session => session.Id).ToListAsync(cancellation);
        string?[] names = [person.NormalizedUserName, person.NormalizedEmail, .. devices.Select(InDevice), .. sessions.Select(InSession)];
        return [.. names.OfType<string>().Distinct(StringComparer.Ordinal).Select(LimitTable.Password.KeyOf)];
    }

    /// <summary>Forgets the wrong passwords of one name.</summary>
    public static Task ForgetWrongPasswordsAsync(this SsoDbContext database, string normalizedName, CancellationToken cancellation) =>
        database.ForgetAsync(LimitTable.Password.KeyOf(normalizedName), cancellation);

    /// <summary>
    /// Forgets wrong passwords, wrong codes and the resulting waits. To be called before sessions and trusted devices end, whose counters
    /// would otherwise stay.
    /// </summary>
    /// <returns>False if there was nothing to forget.</returns>
    public static async Task<bool> ForgetFailuresAsync(this SsoDbContext database, Person person, CancellationToken cancellation)
    {
        var found = false;
        foreach (var key in await database.PasswordCountersAsync(person, cancellation))
        {
            found |= await database.ForgetAsync(key, cancellation);
        }

        found |= await database.ForgetAsync(LimitTable.Code.KeyOf(person.Id.ToString("N")), cancellation);
        found |= await database.SecondFactors
            .Where(factor => factor.PersonId == person.Id && factor.ConsecutiveFailures > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.ConsecutiveFailures, 0), cancellation) > 0;
        return found;
    }
}
