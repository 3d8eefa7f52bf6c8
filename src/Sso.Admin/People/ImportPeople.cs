using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Secrets.ForeignHashes;
using Sso.Delivery;
using Sso.Protocol.Authorization;

namespace Sso.Admin.People;

/// <summary>
/// Takes people over from another system, 500 in a transaction. A line that cannot be taken is reported and the others go on; whoever is here already stays
/// as they are, so an import that broke off is simply run again.
/// </summary>
public sealed class ImportPeople(SsoDbContext database, DataKeyRing dataKeys, Sealer sealer, PhoneNumbers numbers, TimeProvider clock)
{
    private const int BatchSize = 500;
    private const int LongestLine = 16 * 1024;

    private static readonly NewPersonRules Rules = new(policy: null);

    private readonly HashSet<string> _namesOfFile = new(StringComparer.Ordinal);
    private readonly List<ImportProblem> _problems = [];
    private int _lines;
    private int _imported;
    private int _wrapped;
    private int _withSecondFactor;

    /// <param name="choices">What the operator said beside the file.</param>
    public async Task<ImportReport> ExecuteAsync(IAsyncEnumerable<string> lines, ImportChoices choices, CancellationToken cancellation)
    {
        await dataKeys.LoadAsync(cancellation);
        await foreach (var batch in lines.Chunk(BatchSize).WithCancellation(cancellation))
        {
            await ImportAsync(batch, choices, cancellation);
        }

        return new(_lines, _imported, _wrapped, _withSecondFactor, [.. _problems.OrderBy(problem => problem.Line)]);
    }

    private async Task ImportAsync(string[] lines, ImportChoices choices, CancellationToken cancellation)
    {
        var first = _lines + 1;
        _lines += lines.Length;
        var candidates = lines.Select((line, index) => Read(line, first + index)).OfType<Candidate>().ToList();
        // Wrapping costs a slow hash each; it is the whole cost of an import of weak ones, so all cores share it.
        var stored = new string?[candidates.Count];
        if (!choices.DryRun)
        {
            Parallel.For(0, stored.Length, index => stored[index] = candidates[index].Hash?.ToStored());
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.LockNamesAsync(cancellation);
        var names = candidates.SelectMany(candidate => candidate.Names).ToArray();
        var taken = (await database.Users.Where(row => names.Contains(row.NormalizedUserName) || names.Contains(row.NormalizedEmail))
            .Select(row => new { row.NormalizedUserName, row.NormalizedEmail }).ToListAsync(cancellation))
            .SelectMany(row => new[] { row.NormalizedUserName, row.NormalizedEmail }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        taken.UnionWith(await database.ContactChanges.Where(change => names.Contains(change.NormalizedOldEmail) && change.UndoneAt == null)
            .Select(change => change.NormalizedOldEmail!).ToListAsync(cancellation));
        foreach (var (candidate, hash) in candidates.Zip(stored))
        {
            if (candidate.Names.Any(taken.Contains))
            {
                Refuse(candidate.Line, "user_name", "The user name or the e-mail address is in use here.", "Nothing was changed for this person.");
                continue;
            }

            Add(choices.EmailsAreVerified ? candidate : candidate with { Wish = candidate.Wish with { EmailVerified = false } }, hash);
        }

        if (!choices.DryRun)
        {
            await database.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        database.ChangeTracker.Clear();
    }

    private Candidate? Read(string line, int number)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return null;
        }

        if (line.Length > LongestLine)
        {
            return Refuse(number, "line", $"The line has more than {LongestLine} characters.", "One person per line, one JSON object.");
        }

        ImportedPerson? person;
        try
        {
            person = JsonSerializer.Deserialize(line, ImportJson.Default.ImportedPerson);
        }
        catch (JsonException exception)
        {
            return Refuse(number, exception.Path?.TrimStart('$', '.') is { Length: > 0 } field ? field : "line",
                "This is not the JSON object of a person: a field is missing, unknown or of another kind.", "user_name and email are needed; the manual lists the others.");
        }

        return person is null ? Refuse(number, "line", "The line holds null.", "One person per line, one JSON object.") : Check(person, number);
    }

    private Candidate? Check(ImportedPerson person, int line)
    {
        var wish = new NewPerson
        {
            UserName = person.UserName,
            Email = person.Email,
            EmailVerified = person.EmailVerified,
            Password = "",
            Name = person.Name,
            GivenName = person.GivenName,
            FamilyName = person.FamilyName,
            Locale = person.Locale,
            ZoneInfo = person.ZoneInfo,
        };
        if (Rules.Check(wish) is { } refusal)
        {
            foreach (var problem in refusal.Problems)
            {
                Refuse(line, problem.Field, problem.What, problem.Remedy);
            }

            return null;
        }

        var hash = person.PasswordHash is { } text ? ForeignHash.TryParse(text) : null;
        if (person.PasswordHash is not null && hash is null)
        {
            return Refuse(line, "password_hash", $"The hash is none of {ForeignHash.Formats}, or its cost is beyond what a sign-in may take.",
                "Leave it out: the person then sets a password by mail.");
        }

        var seed = person.TotpSecret is { } secret ? Base32.TryDecode(secret) : null;
        if (person.TotpSecret is not null && seed is not { Length: >= 10 and <= 64 })
        {
            return Refuse(line, "totp_secret", "The seed is not Base32 of 10 to 64 bytes.", "Leave it out: the person then enrols again.");
        }

        var number = person.Phone is { } typed ? numbers.Parse(null, typed) as PhoneNumberOutcome.Valid : null;
        if (person.Phone is not null && number is null)
        {
            return Refuse(line, "phone", "The number is not a mobile number in E.164 of a country that is served (Delivery:AllowedCountries).",
                "Leave it out: the person then enrols again.");
        }

        var candidate = new Candidate(line, wish, hash, seed, number?.Number.E164);
        if (candidate.Names.Any(_namesOfFile.Contains))
        {
            return Refuse(line, "user_name", "An earlier line of the file has the same user name or e-mail address.", "Keep one of them.");
        }

        _namesOfFile.UnionWith(candidate.Names);
        return candidate;
    }

    private void Add(Candidate candidate, string? hash)
    {
        var now = clock.GetUtcNow();
        var person = AddPerson.Create(candidate.Wish, "", now);
        person.PasswordHash = hash;
        database.Users.Add(person);
        database.RecordChange(person, "imported", now);
        AddFactor(person, ProofMethod.AuthenticatorApp, candidate.Seed, now);
        AddFactor(person, ProofMethod.TextMessage, candidate.Phone is { } phone ? System.Text.Encoding.UTF8.GetBytes(phone) : null, now);
        _imported++;
        _wrapped += candidate.Hash is { IsWeak: true } ? 1 : 0;
        _withSecondFactor += candidate.Seed is not null || candidate.Phone is not null ? 1 : 0;
    }

    private void AddFactor(Person person, ProofMethod method, byte[]? secret, DateTimeOffset now)
    {
        if (secret is null)
        {
            return;
        }

        var id = Guid.CreateVersion7(now);
        var factor = new SecondFactor
        {
            Id = id,
            PersonId = person.Id,
            Method = method,
            Protected = sealer.Protect(SecondFactor.ContextOf(id), secret),
            CreatedAt = now,
        };
        factor.Activate(now);
        database.SecondFactors.Add(factor);
    }

    private Candidate? Refuse(int line, string field, string what, string remedy)
    {
        _problems.Add(new(line, field, what, remedy));
        return null;
    }

    private sealed record Candidate(int Line, NewPerson Wish, ForeignHash? Hash, byte[]? Seed, string? Phone)
    {
        public ImmutableArray<string> Names { get; } = [.. new[] { SignInName.Normalize(Wish.UserName), SignInName.Normalize(Wish.Email) }.Distinct()];
    }
}
