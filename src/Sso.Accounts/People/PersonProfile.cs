using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Sso.Data;
using Sso.Data.People;

namespace Sso.Accounts.People;

/// <summary>
/// A customer as other programs of the operator know them: what they are called, whether the account is open, and whether they have a
/// password yet. Nothing else of how they sign in.
/// </summary>
public sealed record PersonProfile
{
    /// <summary>The subject of tokens.</summary>
    public required string Sub { get; init; }

    public required string UserName { get; init; }

    public string? Email { get; init; }

    public required bool EmailVerified { get; init; }

    /// <summary>The id by which a program of the operator knows the person.</summary>
    public string? ExternalId { get; init; }

    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? Nickname { get; init; }

    public string? Locale { get; init; }

    public string? ZoneInfo { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>False for somebody who has not chosen one since they were imported, added by a program, or said "it wasn't me".</summary>
    public required bool HasPassword { get; init; }

    /// <summary>Of somebody without a password: until when the link to a first one is good that was sent; null if there is none.</summary>
    public DateTimeOffset? PasswordLinkExpiresAt { get; init; }

    /// <summary>With what is told of the links that they were sent.</summary>
    public static async Task<ImmutableArray<PersonProfile>> OfAsync(
        IReadOnlyCollection<Person> people, SsoDbContext database, DateTimeOffset now, CancellationToken cancellation)
    {
        var links = await database.PasswordLinksAsync(
            [.. people.Where(person => person.PasswordHash is null).Select(person => person.Id)], now, cancellation);
        return
        [
            .. people.Select(person => Of(person) with
            {
                PasswordLinkExpiresAt = links.TryGetValue(person.Id, out var expires) ? expires : null,
            }),
        ];
    }

    public static PersonProfile Of(Person person) => new()
    {
        HasPassword = person.PasswordHash is not null,
        Sub = person.Id.ToString("N"),
        UserName = person.UserName!,
        Email = person.Email,
        EmailVerified = person.EmailConfirmed,
        ExternalId = person.ExternalId,
        Name = person.Name,
        GivenName = person.GivenName,
        FamilyName = person.FamilyName,
        Nickname = person.Nickname,
        Locale = person.Locale,
        ZoneInfo = person.ZoneInfo,
        CreatedAt = person.CreatedAt,
        UpdatedAt = person.UpdatedAt,
        DisabledAt = person.DisabledAt,
    };

    /// <summary>Another whenever anything here is another, but for a link, whose life ends by itself.</summary>
    public string Version()
    {
        string?[] parts =
        [
            Sub, UserName, Email, EmailVerified ? "1" : "0", Name, GivenName, FamilyName, Nickname, Locale, ZoneInfo,
            $"{UpdatedAt.UtcTicks}", $"{DisabledAt?.UtcTicks}", ExternalId, .. HasPassword ? (ReadOnlySpan<string>)[] : ["no password"],
        ];
        var text = string.Concat(parts.Select(part => part is null ? "-;" : $"{part.Length}:{part};"));
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    public override string ToString() => $"person {UserName}";
}
