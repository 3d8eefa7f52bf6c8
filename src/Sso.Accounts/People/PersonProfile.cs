using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sso.Data.People;

namespace Sso.Accounts.People;

/// <summary>
/// A customer as other programs of the operator know them: what they are called and whether the account is open. Nothing of how they sign
/// in, and nothing that changes by itself.
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

    public static PersonProfile Of(Person person) => new()
    {
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

    /// <summary>Another whenever anything here is another.</summary>
    public string Version()
    {
        string?[] parts =
        [
            Sub, UserName, Email, EmailVerified ? "1" : "0", Name, GivenName, FamilyName, Nickname, Locale, ZoneInfo,
            $"{UpdatedAt.UtcTicks}", $"{DisabledAt?.UtcTicks}", ExternalId,
        ];
        var text = string.Concat(parts.Select(part => part is null ? "-;" : $"{part.Length}:{part};"));
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    public override string ToString() => $"person {UserName}";
}
