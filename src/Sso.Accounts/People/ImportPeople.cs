using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Passwords;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Secrets.ForeignHashes;
using Sso.Delivery;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Imports people from another system. The whole file is checked before anything is written, then 500 people at a time are written in one
/// transaction; people who are here already stay as they are, so an import that broke off is simply run again.
/// </summary>
public sealed class ImportPeople(
    SsoDbContext database, DataKeyRing dataKeys, Sealer sealer, PhoneNumbers numbers, PasswordLane lane, TimeProvider clock)
{
    /// <summary>So many lines are written in one transaction, all or none.</summary>
    public const int BatchSize = 500;

    private const string LeaveOut = "Leave it out: the person then sets a password by mail.";
    private const int LongestLine = 16 * 1024;

    private static readonly NewPersonRules Rules = new(policy: null);

    /// <summary>What a line may hold.</summary>
    public static ImmutableArray<string> Fields { get; } = [.. ImportJson.Default.ImportedPerson.Properties.Select(field => field.Name)];

    private HashSet<string> _namesOfFile = [];
    private HashSet<string> _externalIdsOfFile = [];
    private List<ImportProblem> _problems = [];
    private List<LineOutcome> _outcomes = [];
    private ImportReport _report = null!;

    /// <param name="open">Starts reading the file; it is read twice.</param>
    /// <param name="choices">What the operator specified besides the file.</param>
    public async Task<ImportReport> ExecuteAsync(Func<IAsyncEnumerable<string>> open, ImportChoices choices, CancellationToken cancellation)
    {
        await dataKeys.LoadAsync(cancellation);
        var check = await RunAsync(open(), choices with { DryRun = true }, cancellation);
        return choices.DryRun || (!check.Problems.IsEmpty && !choices.SkipRefused) ? check : await RunAsync(open(), choices, cancellation);
    }

    /// <summary>What would become of each line, and nothing is written.</summary>
    internal async Task<(ImportReport Report, ImmutableArray<LineOutcome> Outcomes)> CheckAsync(
        IReadOnlyList<string> lines, ImportChoices choices, CancellationToken cancellation)
    {
        var report = await RunAsync(lines.ToAsyncEnumerable(), choices with { DryRun = true }, cancellation);
        return (report, [.. _outcomes.OrderBy(outcome => outcome.Line)]);
    }

    /// <summary>Writes some lines of a file that was checked before, all that are still good or none.</summary>
    /// <param name="lines">At most <see cref="BatchSize"/>.</param>
    /// <param name="choices">What the operator specified besides the file.</param>
    /// <param name="actor">Whose import it is.</param>
    /// <param name="record">Told the outcome inside the transaction; if it says no, nothing is written.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    internal async Task<bool> WriteAsync(
        IReadOnlyList<NumberedLine> lines, ImportChoices choices, string actor,
        Func<ImportReport, IReadOnlyList<LineOutcome>, Task<bool>> record, CancellationToken cancellation)
    {
        Begin(choices);
        return await ImportAsync(lines, choices, actor, () => record(_report, _outcomes), cancellation);
    }

    private async Task<ImportReport> RunAsync(IAsyncEnumerable<string> lines, ImportChoices choices, CancellationToken cancellation)
    {
        Begin(choices);
        var numbered = lines.Select((line, index) => new NumberedLine(index + 1, line));
        await foreach (var batch in numbered.Chunk(BatchSize).WithCancellation(cancellation))
        {
            await ImportAsync(batch, choices, actor: null, () => Task.FromResult(true), cancellation);
        }

        return _report with { Problems = [.. _problems.OrderBy(problem => problem.Line)] };
    }

    private void Begin(ImportChoices choices)
    {
        (_namesOfFile, _externalIdsOfFile) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        (_problems, _outcomes) = ([], []);
        _report = new(!choices.DryRun, 0, 0, 0, 0, 0, 0, []);
    }

    private async Task<bool> ImportAsync(
        IReadOnlyList<NumberedLine> lines, ImportChoices choices, string? actor, Func<Task<bool>> record, CancellationToken cancellation)
    {
        _report = _report with { Lines = _report.Lines + lines.Count };
        var candidates = lines.Select(line => Read(line.Text, line.Number)).OfType<Candidate>().ToList();
        var here = await HereAsync(candidates, cancellation);
        candidates = [.. candidates.Where(candidate => IsNew(candidate, here))];
        if (choices.DryRun)
        {
            candidates.ForEach(candidate => Count(candidate, choices));
            return true;
        }

        var stored = actor is null ? WrapOnAllCores(candidates, cancellation) : await WrapNicelyAsync(candidates, cancellation);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.LockNamesAsync(cancellation);
        // Somebody may have registered while we were hashing.
        here = await HereAsync(candidates, cancellation);
        foreach (var (candidate, hash) in candidates.Zip(stored).Where(pair => IsNew(pair.First, here)))
        {
            Add(candidate, hash, choices, actor);
            Count(candidate, choices);
        }

        if (!await record())
        {
            return false;
        }

        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        database.ChangeTracker.Clear();
        return true;
    }

    /// <summary>
    /// Wrapping costs one slow hash each, which is the whole cost of importing weak ones, so the cores share it, and one stays free.
    /// </summary>
    private static string?[] WrapOnAllCores(List<Candidate> candidates, CancellationToken cancellation)
    {
        var stored = new string?[candidates.Count];
        var cores = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount - 1),
            CancellationToken = cancellation,
        };
        Parallel.For(0, stored.Length, cores, index => stored[index] = candidates[index].Hash?.ToStored());
        return stored;
    }

    /// <summary>Beside people who sign in: one at a time, in the lane of hashes, where threads give way to requests.</summary>
    private async Task<string?[]> WrapNicelyAsync(List<Candidate> candidates, CancellationToken cancellation)
    {
        var stored = new string?[candidates.Count];
        for (var index = 0; index < stored.Length; index++)
        {
            stored[index] = candidates[index].Hash is { } hash ? await lane.WrapAsync(hash.ToStored, cancellation) : null;
        }

        return stored;
    }

    /// <summary>The user name and address of everybody who has one of the names, and the external ids that are taken.</summary>
    private async Task<Here> HereAsync(List<Candidate> candidates, CancellationToken cancellation)
    {
        var names = candidates.SelectMany(candidate => candidate.Names).ToArray();
        var rows = await database.Users.Where(row => names.Contains(row.NormalizedUserName) || names.Contains(row.NormalizedEmail))
            .Select(row => new { row.NormalizedUserName, row.NormalizedEmail }).ToListAsync(cancellation);
        // An address that its owner can still take back belongs to them.
        var held = await database.ContactChanges.Where(change => names.Contains(change.NormalizedOldEmail) && change.UndoneAt == null)
            .Select(change => change.NormalizedOldEmail).ToListAsync(cancellation);
        var ids = candidates.Select(candidate => candidate.Wish.ExternalId).OfType<string>().ToArray();
        var taken = ids.Length == 0 ? [] : await database.Users.Where(row => ids.Contains(row.ExternalId))
            .Select(row => row.ExternalId!).ToListAsync(cancellation);
        return new(
            [.. rows.Select(row => (row.NormalizedUserName, row.NormalizedEmail)), .. held.Select(email => ((string?)null, email))],
            new(taken, StringComparer.Ordinal));
    }

    private bool IsNew(Candidate candidate, Here here)
    {
        var others = here.Names
            .Where(row => candidate.Names.Contains(row.UserName ?? "") || candidate.Names.Contains(row.Email ?? "")).ToList();
        if (others is [var same] && same == (SignInName.Normalize(candidate.Wish.UserName), SignInName.Normalize(candidate.Wish.Email)))
        {
            _report = _report with { AlreadyHere = _report.AlreadyHere + 1 };
            _outcomes.Add(new(candidate.Line, LineResult.AlreadyHere));
        }
        else if (others.Count > 0)
        {
            Refuse(
                candidate.Line, ImportFault.Taken, "user_name", "The user name or the e-mail address belongs to somebody else here.",
                "Nothing was changed for this person.");
        }
        else if (candidate.Wish.ExternalId is { } externalId && here.ExternalIds.Contains(externalId))
        {
            Refuse(
                candidate.Line, ImportFault.Taken, "external_id", "The external id belongs to somebody else here.",
                "Nothing was changed for this person.");
            return false;
        }

        return others.Count == 0;
    }

    private Candidate? Read(string line, int number)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return null;
        }

        if (line.Length > LongestLine)
        {
            return Refuse(
                number, ImportFault.TooLong, "line", $"The line has more than {LongestLine} characters.",
                "One person per line, one JSON object.");
        }

        ImportedPerson? person;
        try
        {
            person = JsonSerializer.Deserialize(line, ImportJson.Default.ImportedPerson);
        }
        catch (JsonException exception)
        {
            var found = UnreadableLine.Of(line, exception.Path);
            return Refuse(number, found.Fault, found.Field, found.What, found.Remedy);
        }

        return person is null
            ? Refuse(number, ImportFault.Unreadable, "line", "The line holds null.", "One person per line, one JSON object.")
            : Check(person, number);
    }

    private Candidate? Check(ImportedPerson person, int line)
    {
        var wish = new NewPerson
        {
            UserName = person.UserName,
            Email = person.Email,
            EmailVerified = person.EmailVerified,
            Password = "",
            ExternalId = person.ExternalId,
            Name = person.Name,
            GivenName = person.GivenName,
            FamilyName = person.FamilyName,
            Locale = person.Locale,
            ZoneInfo = person.ZoneInfo,
        }.Cleaned();
        if (Rules.Check(wish) is { } refusal)
        {
            foreach (var problem in refusal.Problems)
            {
                Refuse(line, ImportFault.Value, problem.Field, problem.What, problem.Remedy);
            }

            return null;
        }

        var hash = person.PasswordHash is { } text ? ForeignHash.TryParse(text) : null;
        if (person.PasswordHash is { } refused && hash is null)
        {
            return ForeignHash.LooksLike(refused)
                ? Refuse(
                    line, ImportFault.HashCost, "password_hash",
                    "The hash is incomplete, or asks for more work than a sign-in may take.", LeaveOut)
                : Refuse(line, ImportFault.Hash, "password_hash", $"The hash is none of {ForeignHash.Formats}.", LeaveOut);
        }

        var seed = person.TotpSecret is { } secret ? Base32.TryDecode(secret) : null;
        if (person.TotpSecret is not null && seed is not { Length: >= 10 and <= 64 })
        {
            return Refuse(
                line, ImportFault.Seed, "totp_secret", "The seed is not Base32 of 10 to 64 bytes.",
                "Leave it out: the person then enrols again.");
        }

        var number = person.Phone is { } typed ? numbers.Parse(null, typed) as PhoneNumberOutcome.Valid : null;
        if (person.Phone is not null && number is null)
        {
            return Refuse(
                line, ImportFault.Phone, "phone",
                "The number is not a mobile number in E.164 of a country that is served (Delivery:AllowedCountries).",
                "Leave it out: the person then enrols again.");
        }

        var candidate = new Candidate(line, wish, hash, seed, number?.Number.E164);
        if (candidate.Names.Any(_namesOfFile.Contains))
        {
            return Refuse(
                line, ImportFault.Twice, "user_name", "An earlier line of the file has the same user name or e-mail address.",
                "Keep one of them.");
        }

        if (person.ExternalId is { } externalId && !_externalIdsOfFile.Add(externalId))
        {
            return Refuse(
                line, ImportFault.Twice, "external_id", "An earlier line of the file has the same external id.", "Keep one of them.");
        }

        _namesOfFile.UnionWith(candidate.Names);
        return candidate;
    }

    private void Add(Candidate candidate, string? hash, ImportChoices choices, string? actor)
    {
        var now = clock.GetUtcNow();
        var wish = choices.EmailsAreVerified ? candidate.Wish : candidate.Wish with { EmailVerified = false };
        var person = AddPerson.Create(wish, hash, now);
        database.Users.Add(person);
        database.RecordChange(person, "imported", now, actor: actor);
        if (candidate.Seed is { } seed)
        {
            var id = Guid.CreateVersion7(now);
            AddFactor(id, person, ProofMethod.AuthenticatorApp, sealer.Protect(SecondFactor.ContextOf(id), seed), numberHash: null, now);
        }

        if (choices.PhonesAreVerified && candidate.Phone is { } phone)
        {
            var id = Guid.CreateVersion7(now);
            var number = SealedNumber.Of(id, phone, sealer);
            AddFactor(id, person, ProofMethod.TextMessage, number.Protected, number.Hash, now);
        }
    }

    private void Count(Candidate candidate, ImportChoices choices)
    {
        _outcomes.Add(new(candidate.Line, LineResult.Imported));
        var hasPhone = candidate.Phone is not null && choices.PhonesAreVerified;
        _report = _report with
        {
            Imported = _report.Imported + 1,
            Wrapped = _report.Wrapped + (candidate.Hash is { IsWeak: true } ? 1 : 0),
            WithSecondFactor = _report.WithSecondFactor + (candidate.Seed is not null || hasPhone ? 1 : 0),
            PhonesLeftOut = _report.PhonesLeftOut + (candidate.Phone is not null && !hasPhone ? 1 : 0),
        };
    }

    private void AddFactor(Guid id, Person person, ProofMethod method, byte[] envelope, byte[]? numberHash, DateTimeOffset now)
    {
        var factor = new SecondFactor
        {
            Id = id,
            PersonId = person.Id,
            Method = method,
            Protected = envelope,
            NumberHash = numberHash,
            CreatedAt = now,
        };
        factor.Activate(now);
        database.SecondFactors.Add(factor);
    }

    private Candidate? Refuse(int line, ImportFault fault, string field, string what, string remedy)
    {
        _problems.Add(new(line, field, what, remedy));
        _outcomes.Add(new(line, LineResult.Refused, fault, LineOutcome.NameOf(field)));
        return null;
    }

    private sealed record Here(List<(string? UserName, string? Email)> Names, HashSet<string> ExternalIds);

    private sealed record Candidate(int Line, NewPerson Wish, ForeignHash? Hash, byte[]? Seed, string? Phone)
    {
        public ImmutableArray<string> Names { get; } =
            [.. new[] { SignInName.Normalize(Wish.UserName), SignInName.Normalize(Wish.Email) }.Distinct()];
    }
}
