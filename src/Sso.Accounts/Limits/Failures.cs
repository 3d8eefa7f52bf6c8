using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;

namespace Sso.Accounts.Limits;

/// <summary>Wrong passwords and codes of a person, where the command line asks too, which knows no limits of requests.</summary>
internal static class Failures
{
    /// <summary>The counters of wrong passwords, which are counted under what was typed: it can be either name.</summary>
    public static IEnumerable<byte[]> PasswordCounters(Person person) =>
        new[] { person.NormalizedUserName, person.NormalizedEmail }
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select(PasswordCounter);

    /// <summary>Forgets the wrong passwords of one name.</summary>
    public static Task ForgetWrongPasswordsAsync(this SsoDbContext database, string normalizedName, CancellationToken cancellation) =>
        database.ForgetAsync(PasswordCounter(normalizedName), cancellation);

    /// <summary>Forgets wrong passwords, wrong codes and the resulting waits.</summary>
    public static async Task ForgetFailuresAsync(this SsoDbContext database, Person person, CancellationToken cancellation)
    {
        foreach (var key in PasswordCounters(person).Append(AttemptCounter.KeyOf("second-factor", person.Id.ToString("N"))))
        {
            await database.ForgetAsync(key, cancellation);
        }

        await database.SecondFactors
            .Where(factor => factor.PersonId == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.ConsecutiveFailures, 0), cancellation);
    }

    private static byte[] PasswordCounter(string normalizedName) => AttemptCounter.KeyOf("password", normalizedName);
}
