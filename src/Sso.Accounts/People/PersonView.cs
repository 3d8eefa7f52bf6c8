using Sso.Admin;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>A customer in one line of a list.</summary>
public sealed record PersonView
{
    /// <summary>The subject of tokens.</summary>
    public required string Sub { get; init; }

    public required string UserName { get; init; }

    public string? Email { get; init; }

    public bool EmailVerified { get; init; }

    public string? Name { get; init; }

    /// <summary>The id by which a program of the operator knows the person.</summary>
    public string? ExternalId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public DateTimeOffset? LastAccessAt { get; init; }

    /// <summary>What an act says of the person it changed.</summary>
    public static Result<PersonView, Refusal> Of(Result<Person, Refusal> outcome) =>
        outcome.Failed(out var refusal, out var person) ? refusal : Of(person);

    public static PersonView Of(Person person) => new()
    {
        Sub = person.Id.ToString("N"),
        UserName = person.UserName!,
        Email = person.Email,
        EmailVerified = person.EmailConfirmed,
        Name = person.Name,
        ExternalId = person.ExternalId,
        CreatedAt = person.CreatedAt,
        DisabledAt = person.DisabledAt,
        LastAccessAt = person.LastAccessAt,
    };
}
