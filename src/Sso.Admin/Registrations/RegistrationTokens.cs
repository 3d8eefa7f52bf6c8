using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Registrations;

/// <summary>An initial access token as an operator reads it: never the token itself.</summary>
public sealed record RegistrationTokenView(string Name, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, int Uses, int MostUses)
{
    public static RegistrationTokenView Of(RegistrationToken token) =>
        new(token.Id, token.CreatedAt, token.ExpiresAt, token.Uses, token.MostUses);
}

/// <summary>A new token. It exists only in this answer: the database has its hash.</summary>
public sealed record RegistrationTokenAdded(RegistrationTokenView Token, string Value)
{
    public override string ToString() => $"registration token {Token.Name}";
}

/// <summary>Makes an initial access token (RFC 7591 §3).</summary>
public sealed class AddRegistrationToken(SsoDbContext database, TimeProvider clock)
{
    public const int LongestDays = 365;
    public const int MostUses = 1000;

    /// <param name="name">What operators call it.</param>
    /// <param name="uses">How many applications may register with it.</param>
    /// <param name="days">How long it lives.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<RegistrationTokenAdded, Refusal>> ExecuteAsync(string name, int uses, int days, CancellationToken cancellation)
    {
        if (FindFlaw(name, uses, days) is { } problem)
        {
            return Refusal.Invalid(problem);
        }

        var (value, now) = (RegistrationToken.New(), clock.GetUtcNow());
        var token = new RegistrationToken
        {
            Id = name,
            Hash = RegistrationToken.HashOf(value),
            CreatedAt = now,
            ExpiresAt = now.AddDays(days),
            MostUses = uses,
        };
        return await database.AllOrNothingAsync<RegistrationTokenAdded>(async () =>
        {
            if (!await database.TryInsertAsync(token, cancellation))
            {
                return Refusal.Taken("name", $"There is a registration token '{name}'.", "Choose another name, or remove that one.");
            }

            await RecordAsync(database, name, "added", now, cancellation);
            return new RegistrationTokenAdded(RegistrationTokenView.Of(token), value);
        }, cancellation);
    }

    internal static async Task RecordAsync(
        SsoDbContext database, string name, string what, DateTimeOffset now, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.RegistrationTokenChanged(now, name, what));
        await database.SaveChangesAsync(cancellation);
    }

    private static FieldProblem? FindFlaw(string name, int uses, int days) => (name, uses, days) switch
    {
        _ when name.Length is 0 or > 60
            || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') =>
            new("name", "The name must have 1 to 60 letters, digits or - . _", "Choose one such as partner-2026."),
        (_, < 1 or > MostUses, _) => new("uses", $"A token is good for 1 to {MostUses} registrations.", "Give a small number."),
        (_, _, < 1 or > LongestDays) => new("days", $"A token lives 1 to {LongestDays} days.", "Give a small number."),
        _ => null,
    };
}

/// <summary>All initial access tokens, by name.</summary>
public sealed class ListRegistrationTokens(SsoDbContext database)
{
    public async Task<ImmutableArray<RegistrationTokenView>> ExecuteAsync(CancellationToken cancellation)
    {
        var tokens = await database.RegistrationTokens.AsNoTracking().ToListAsync(cancellation);
        return [.. tokens.OrderBy(token => token.Id, StringComparer.Ordinal).Select(RegistrationTokenView.Of)];
    }
}

/// <summary>Ends an initial access token; what was registered with it stays.</summary>
public sealed class RemoveRegistrationToken(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<RegistrationTokenView, Refusal>> ExecuteAsync(
        string name, CancellationToken cancellation) => database.AllOrNothingAsync<RegistrationTokenView>(async () =>
    {
        if (await database.RegistrationTokens.SingleOrDefaultAsync(token => token.Id == name, cancellation) is not { } found)
        {
            return Refusal.NotFound("name", $"There is no registration token '{name}'.", "List them to see their names.", name);
        }

        database.RegistrationTokens.Remove(found);
        await AddRegistrationToken.RecordAsync(database, name, "removed", clock.GetUtcNow(), cancellation);
        return RegistrationTokenView.Of(found);
    }, cancellation);
}
