using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>A customer to add: the input of <see cref="AddPerson"/>. What is left out is unknown.</summary>
public sealed record NewPerson
{
    public required string UserName { get; init; }

    public required string Email { get; init; }

    /// <summary>The operator vouches for the address.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Null: the person is invited by mail to set one.</summary>
    public string? Password { get; init; }

    /// <summary>The id by which a program of the operator knows the person; unique, and compared as it is written.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The account is closed from the beginning, and nobody is invited.</summary>
    public bool Disabled { get; init; }

    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? Nickname { get; init; }

    public string? Gender { get; init; }

    /// <summary>YYYY-MM-DD.</summary>
    public string? Birthdate { get; init; }

    public string? ZoneInfo { get; init; }

    public string? Locale { get; init; }

    public string? Website { get; init; }

    public string? StreetAddress { get; init; }

    public string? Locality { get; init; }

    public string? Region { get; init; }

    public string? PostalCode { get; init; }

    /// <summary>Two letters (ISO 3166-1).</summary>
    public string? Country { get; init; }

    /// <summary>With the names as they were meant, whatever a list or a keyboard has put between the letters.</summary>
    internal NewPerson Cleaned() => this with { UserName = TypedText.Clean(UserName), Email = TypedText.Clean(Email) };

    public override string ToString() => $"person {UserName}";
}
