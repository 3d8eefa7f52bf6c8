using System.Text.Json.Serialization;

namespace Sso.Accounts.People;

/// <summary>A line of an import: one JSON object. What is left out is unknown; what is not listed here is refused.</summary>
internal sealed record ImportedPerson
{
    public required string UserName { get; init; }

    public required string Email { get; init; }

    /// <summary>The other system had it confirmed; counts only if the operator vouches for it.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>As the other system stored it; without one the person sets a password by mail.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>The id by which the other system, or a billing system, knows the person.</summary>
    public string? ExternalId { get; init; }

    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? Locale { get; init; }

    public string? ZoneInfo { get; init; }

    /// <summary>The seed of an authenticator app in Base32 (SHA-1, six digits, 30 seconds).</summary>
    public string? TotpSecret { get; init; }

    /// <summary>A mobile number that the other system verified for codes, in E.164.</summary>
    public string? Phone { get; init; }

    public override string ToString() => $"person {UserName}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ImportedPerson))]
internal sealed partial class ImportJson : JsonSerializerContext;
