using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Data.Factors;

/// <summary>A phone number as its row keeps it.</summary>
/// <param name="Protected">The number in E.164, encrypted and bound to the row.</param>
/// <param name="Hash">
/// HMAC-SHA-256 of the number under the data key that encrypts it. There are so few numbers that whoever reads the table could try them
/// all against a hash without a key.
/// </param>
public sealed record SealedNumber(byte[] Protected, byte[] Hash)
{
    private const string Purpose = "SecondFactors.NumberHash";

    public static SealedNumber Of(Guid factorId, string e164, Sealer sealer)
    {
        var envelope = sealer.Protect(SecondFactor.ContextOf(factorId), e164);
        return new(envelope, HashOf(envelope, e164, sealer));
    }

    internal static byte[] HashOf(byte[] envelope, string e164, Sealer sealer) =>
        sealer.Derive(Sealer.KeyIdOf(envelope), Purpose, Encoding.UTF8.GetBytes(e164))
            ?? throw new ProtectedValueException(Purpose);

    /// <summary>Whichever key a row was made with.</summary>
    internal static List<byte[]> HashesOf(string e164, Sealer sealer) => sealer.DeriveByEach(Purpose, Encoding.UTF8.GetBytes(e164));
}

/// <summary>Finding people by a number, which no query can open.</summary>
public static class SealedNumbers
{
    /// <summary>So many rows get their hash in one round, so that it does not keep other work waiting.</summary>
    public const int MostAtOnce = 5_000;

    /// <summary>Those who have proved this number, whatever they use it for: what is pending may be anybody's.</summary>
    public static IQueryable<Person> WithNumber(this IQueryable<Person> people, string e164, SsoDbContext database, Sealer sealer)
    {
        var hashes = SealedNumber.HashesOf(e164, sealer);
        var owners = database.SecondFactors.Where(SecondFactors.IsVerifiedNumber)
            .Where(factor => factor.NumberHash != null && hashes.Contains(factor.NumberHash)).Select(factor => factor.PersonId);
        // Not by EXISTS: SQLite would then walk through all people.
        return people.Where(person => owners.Contains(person.Id));
    }

    /// <summary>
    /// Gives the numbers that an older version wrote their hash, each by itself: it may stop anywhere, and two may do it at once.
    /// </summary>
    public static async Task HashMissingAsync(this SsoDbContext database, Sealer sealer, CancellationToken cancellation)
    {
        var missing = database.SecondFactors.AsNoTracking()
            .Where(factor => factor.Method == ProofMethod.TextMessage && factor.NumberHash == null);
        var (last, done) = (Guid.Empty, 0);
        while (done < MostAtOnce)
        {
            var behind = last;
            var rows = await missing.Where(factor => factor.Id.CompareTo(behind) > 0).OrderBy(factor => factor.Id)
                .Take(Batches.Size).ToListAsync(cancellation);
            foreach (var row in rows)
            {
                // One that does not open is found by nobody, and keeps none of the others from being found.
                if (sealer.Unprotect(row.Context, row.Protected) is { } number)
                {
                    var hash = SealedNumber.HashOf(row.Protected, Encoding.UTF8.GetString(number), sealer);
                    await database.SecondFactors.Where(factor => factor.Id == row.Id && factor.Protected == row.Protected)
                        .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.NumberHash, hash), cancellation);
                    done++;
                }
            }

            if (rows.Count < Batches.Size)
            {
                return;
            }

            last = rows[^1].Id;
        }
    }
}
