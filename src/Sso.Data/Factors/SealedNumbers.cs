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
    /// <summary>So many rows are looked at in one round, so that it does not keep other work waiting.</summary>
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

    /// <summary>Those that an older version wrote, and that do not have a hash yet.</summary>
    public static IQueryable<SecondFactor> NumbersWithoutHash(this SsoDbContext database, Guid behind) =>
        database.SecondFactors.AsNoTracking()
            .Where(factor => factor.Method == ProofMethod.TextMessage && factor.NumberHash == null)
            .Where(factor => factor.Id.CompareTo(behind) > 0).OrderBy(factor => factor.Id);

    /// <summary>
    /// One round: gives some of them their hash, a batch at a time. It may stop anywhere, and two may do it at once. One that does not open
    /// is found by nobody; it is passed over, so that it keeps none of the others from being found.
    /// </summary>
    /// <param name="database">Where they are.</param>
    /// <param name="sealer">Opens them.</param>
    /// <param name="behind">Where the round before ended; nothing for the beginning.</param>
    /// <param name="most">So many are looked at, or up to a batch more.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<HashedNumbers> HashMissingAsync(
        this SsoDbContext database, Sealer sealer, Guid behind, int most, CancellationToken cancellation)
    {
        var (looked, shut) = (0, 0);
        while (looked < most)
        {
            var rows = await database.NumbersWithoutHash(behind).Take(Batches.Size).ToListAsync(cancellation);
            var hashed = rows.Select(row => (Row: row, Hash: HashOf(row, sealer))).Where(pair => pair.Hash is not null).ToList();
            if (hashed.Count > 0)
            {
                await database.StoreAsync(hashed, cancellation);
            }

            looked += rows.Count;
            shut += rows.Count - hashed.Count;
            if (rows.Count < Batches.Size)
            {
                return new(Guid.Empty, shut);
            }

            behind = rows[^1].Id;
        }

        return new(behind, shut);
    }

    private static Task StoreAsync(
        this SsoDbContext database, List<(SecondFactor Row, byte[]? Hash)> hashed, CancellationToken cancellation) =>
        database.AllOrNothingAsync(
            async () =>
            {
                foreach (var (row, hash) in hashed)
                {
                    await database.SecondFactors
                        .Where(factor => factor.Id == row.Id && factor.Protected == row.Protected && factor.NumberHash == null)
                        .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.NumberHash, hash), cancellation);
                }
            },
            cancellation);

    private static byte[]? HashOf(SecondFactor row, Sealer sealer) => sealer.Unprotect(row.Context, row.Protected) is { } number
        ? SealedNumber.HashOf(row.Protected, Encoding.UTF8.GetString(number), sealer)
        : null;
}

/// <summary>What a round of <see cref="SealedNumbers.HashMissingAsync"/> came to.</summary>
/// <param name="Behind">Where the next one goes on; nothing when it begins anew.</param>
/// <param name="Shut">So many do not open.</param>
public readonly record struct HashedNumbers(Guid Behind, int Shut);
