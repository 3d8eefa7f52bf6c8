using System.Text.Json.Nodes;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>What a program of the operator may say anew of a person. Name and methods to sign in with, and address, are theirs.</summary>
public sealed record PersonDescription(
    string? Name, string? GivenName, string? FamilyName, string? Nickname, string? Locale, string? ZoneInfo,
    string? ExternalId)
{
    public static PersonDescription Of(PersonProfile person) =>
        new(person.Name, person.GivenName, person.FamilyName, person.Nickname, person.Locale, person.ZoneInfo, person.ExternalId);

    /// <summary>A whole name that was made of the two others follows them, unless it was changed as well.</summary>
    public PersonDescription Following(PersonProfile before) =>
        Name == before.Name && before.Name == AddPerson.FullName(before.GivenName, before.FamilyName) ? this with { Name = null } : this;

    public override string ToString() => "a description of a person";
}

/// <summary>Describes a person anew. Recorded are the names of what changed, never what it says.</summary>
public sealed class ChangePerson(SsoDbContext database, TimeProvider clock)
{
    private static readonly NewPersonRules Rules = new(policy: null);

    public Task<Result<PersonProfile, Refusal>> ExecuteAsync(string who, PersonDescription wanted, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PersonProfile>(
            async () =>
            {
                if (await database.FindPersonAsync(who, cancellation) is not { } found)
                {
                    return OperatorActs.NotFound(who);
                }

                if (wanted.ExternalId is not null && wanted.ExternalId != found.ExternalId)
                {
                    // Before the person, as everywhere.
                    await database.LockNamesAsync(cancellation);
                }

                var person = await database.LockPersonAsync(found.Id, cancellation);
                if (Rules.Check(AsNew(wanted)) is { } refusal)
                {
                    return refusal;
                }

                if (wanted.ExternalId != person.ExternalId
                    && await database.RefuseTakenAsync(wanted.ExternalId, person.Id, cancellation) is { } taken)
                {
                    return taken;
                }

                var before = PersonDescription.Of(PersonProfile.Of(person));
                (person.GivenName, person.FamilyName) = (wanted.GivenName?.Trim(), wanted.FamilyName?.Trim());
                person.Name = wanted.Name?.Trim() ?? AddPerson.FullName(wanted.GivenName, wanted.FamilyName);
                (person.Nickname, person.Locale, person.ZoneInfo) = (wanted.Nickname?.Trim(), wanted.Locale, wanted.ZoneInfo);
                person.ExternalId = wanted.ExternalId;
                var changed = Changed(before, PersonDescription.Of(PersonProfile.Of(person)));
                if (changed.Count > 0)
                {
                    var now = clock.GetUtcNow();
                    person.UpdatedAt = now;
                    database.RecordChange(person, "described anew", now, new JsonObject { ["fields"] = changed });
                }

                return PersonProfile.Of(person);
            },
            cancellation);

    /// <summary>By the rules for somebody new; the two names are not looked at again.</summary>
    private static NewPerson AsNew(PersonDescription wanted) => new()
    {
        UserName = "unchanged",
        Email = "unchanged@example.com",
        Name = wanted.Name,
        GivenName = wanted.GivenName,
        FamilyName = wanted.FamilyName,
        Nickname = wanted.Nickname,
        Locale = wanted.Locale,
        ZoneInfo = wanted.ZoneInfo,
        ExternalId = wanted.ExternalId,
    };

    private static JsonArray Changed(PersonDescription before, PersonDescription after)
    {
        (string Field, string? Before, string? After)[] fields =
        [
            ("name", before.Name, after.Name), ("given_name", before.GivenName, after.GivenName),
            ("family_name", before.FamilyName, after.FamilyName), ("nickname", before.Nickname, after.Nickname),
            ("locale", before.Locale, after.Locale), ("zone_info", before.ZoneInfo, after.ZoneInfo),
            ("external_id", before.ExternalId, after.ExternalId),
        ];
        return new([.. fields.Where(field => field.Before != field.After).Select(field => (JsonNode)field.Field)]);
    }
}
