using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Server.Issuance;

/// <summary>Reads the person behind a grant for userinfo and ID tokens.</summary>
internal sealed class PersonReader(SsoDbContext database, Sealer sealer, TimeProvider clock)
{
    private static readonly HotQuery<Func<SsoDbContext, Guid, DateTimeOffset, CancellationToken, Task<UserInfoRow?>>> OfGrant =
        Query(rare: false);

    private static readonly HotQuery<Func<SsoDbContext, Guid, DateTimeOffset, CancellationToken, Task<UserInfoRow?>>> WithRare =
        Query(rare: true);

    /// <summary>Two statements of one text: number and former access cost as much as the person, and few ask for them.</summary>
    private static HotQuery<Func<SsoDbContext, Guid, DateTimeOffset, CancellationToken, Task<UserInfoRow?>>> Query(bool rare) => new(
        () => EF.CompileAsyncQuery(
            (SsoDbContext database, Guid grantId, DateTimeOffset now, CancellationToken cancellation) => (
                from grant in database.Grants.AsNoTracking()
                join person in database.Users.AsNoTracking() on grant.PersonId equals person.Id
                join began in database.Sessions.AsNoTracking() on grant.SessionId equals began.Id into sessions
                from session in sessions.DefaultIfEmpty()
                where grant.Id == grantId && grant.RevokedAt == null && grant.ExpiresAt > now && person.DisabledAt == null
                select new UserInfoRow
                {
                    Person = new Person
                    {
                        Id = person.Id,
                        UserName = person.UserName,
                        Name = person.Name,
                        GivenName = person.GivenName,
                        FamilyName = person.FamilyName,
                        MiddleName = person.MiddleName,
                        Nickname = person.Nickname,
                        ProfilePage = person.ProfilePage,
                        Picture = person.Picture,
                        Website = person.Website,
                        Gender = person.Gender,
                        Birthdate = person.Birthdate,
                        ZoneInfo = person.ZoneInfo,
                        Locale = person.Locale,
                        UpdatedAt = person.UpdatedAt,
                        Email = person.Email,
                        EmailConfirmed = person.EmailConfirmed,
                        StreetAddress = person.StreetAddress,
                        Locality = person.Locality,
                        Region = person.Region,
                        PostalCode = person.PostalCode,
                        Country = person.Country,
                    },
                    // Two columns, queried separately: a whole row would be joined, and numbered among those of all people.
                    Number = !rare ? null : database.SecondFactors.Where(SecondFactors.IsVerifiedNumber)
                        .Where(number => number.PersonId == person.Id)
                        .OrderByDescending(number => number.ActivatedAt).ThenBy(number => number.Id)
                        .Select(number => number.Protected).FirstOrDefault(),
                    NumberId = !rare ? null : database.SecondFactors.Where(SecondFactors.IsVerifiedNumber)
                        .Where(number => number.PersonId == person.Id)
                        .OrderByDescending(number => number.ActivatedAt).ThenBy(number => number.Id)
                        .Select(number => (Guid?)number.Id).FirstOrDefault(),
                    Claims = grant.UserInfoClaims,
                    PreviousAccessAt = !rare ? null : session == null ? null : session.PreviousAccessAt,
                    PreviousAccessAddress = !rare ? null : session == null ? null : session.PreviousAccessAddress,
                }).SingleOrDefault()));

    /// <summary>
    /// Grant, person, and whatever else is wanted of number and session, together: null once the grant is revoked or expired, or the person
    /// is disabled. One statement, and a second one only if the grant itself asks for more than was known to be wanted.
    /// </summary>
    public async Task<UserInfoRow?> FindAsync(Guid grantId, IReadOnlySet<string> wanted, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var isAll = PersonClaims.AskRare(wanted);
        var row = await (isAll ? WithRare : OfGrant).On(database)(database, grantId, now, cancellation);
        if (!isAll && row is not null && PersonClaims.AskRare(row.Claims))
        {
            row = await WithRare.On(database)(database, grantId, now, cancellation);
        }

        row?.Sealer = sealer;
        return row;
    }

    /// <summary>What an ID token of the grant says about its person; nothing, without a statement, if nothing was asked for.</summary>
    public async Task<IEnumerable<KeyValuePair<string, JsonNode>>> FindClaimsAsync(
        Guid grantId, IReadOnlySet<string> names, CancellationToken cancellation) =>
        names.Count > 0 && await FindAsync(grantId, names, cancellation) is { } row ? PersonClaims.Of(row, names) : [];
}

/// <summary>A person and the access before the one behind a grant. Number and former access only if they were asked for.</summary>
internal sealed class UserInfoRow
{
    /// <summary>No more of the row than the claims need.</summary>
    public required Person Person { get; init; }

    /// <summary>The newest number that the person proved, sealed, and the row to which it is bound.</summary>
    public required byte[]? Number { get; init; }

    public required Guid? NumberId { get; init; }

    /// <summary>E.164; opened only if it is asked for.</summary>
    public string? PhoneNumber => Number is null ? null : Sealer!.UnprotectText(SecondFactor.ContextOf(NumberId!.Value), Number);

    /// <summary>The individual claims of the grant (OIDC Core §5.5).</summary>
    public required List<string> Claims { get; init; }

    public required DateTimeOffset? PreviousAccessAt { get; init; }

    public required string? PreviousAccessAddress { get; init; }

    internal Sealer? Sealer { get; set; }
}
