using System.Text.Json.Nodes;
using Sso.Accounts.Deletion;
using Sso.Accounts.People;
using Sso.Data.People;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>
/// SCIM 2.0 for people (RFC 7643, RFC 7644): what provisioning systems speak. It tells and sets what people are called and whether their
/// account is open, and nothing of how they sign in.
/// </summary>
internal static class ScimRoutes
{
    public const string Root = "/scim/v2";
    private const string Users = "/Users";
    private const string One = Users + "/{id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var scim = routes.MapApi(Root);
        ScimDocuments.Map(scim);
        scim.MapGet(Users, ListAsync).WithOperation(new("scim-list", ApiScopes.ReadPeople, "Finds people (RFC 7644 §3.4.2).")
        {
            Answer = ScimSchemas.Users,
            Query = ["filter", "startIndex", "count", "cursor", .. ScimSelection.Parameters],
        });
        scim.MapPost(Users, CreateAsync)
            .WithOperation(new("scim-create", ApiScopes.WritePeople, "Adds a person (RFC 7644 §3.3).")
            {
                Body = ScimSchemas.User,
                Answer = ScimSchemas.User,
                Status = StatusCodes.Status201Created,
                Query = ScimSelection.Parameters,
            });
        scim.MapGet(One, ReadAsync).WithOperation(new("scim-read", ApiScopes.ReadPeople, "Reads a person (RFC 7644 §3.4.1).")
        {
            Answer = ScimSchemas.User,
            Query = ScimSelection.Parameters,
        });
        scim.MapPut(One, ReplaceAsync)
            .WithOperation(new("scim-replace", ApiScopes.WritePeople, "Describes a person anew (RFC 7644 §3.5.1).")
            {
                Body = ScimSchemas.User,
                Answer = ScimSchemas.User,
                Query = ScimSelection.Parameters,
            });
        scim.MapPatch(One, PatchAsync)
            .WithOperation(new("scim-patch", ApiScopes.WritePeople, "Changes a person (RFC 7644 §3.5.2).")
            {
                Body = ScimSchemas.Patch,
                Answer = ScimSchemas.User,
                Query = ScimSelection.Parameters,
            });
        scim.MapDelete(One, DeleteAsync)
            .WithOperation(new("scim-delete", ApiScopes.WritePeople, "Deletes a person (RFC 7644 §3.6).")
            {
                Status = StatusCodes.Status204NoContent,
            });
    }

    private static async Task<IResult> ListAsync(HttpContext http, SearchPeople people, SsoOptions sso, CancellationToken cancellation)
    {
        if (ScimFilter.Parse(http.Request.Query["filter"].ToString()).Failed(out var error, out var filter)
            || ScimSelection.Read(http).Failed(out error, out var selection)
            || ScimSelection.ReadPage(http).Failed(out error, out var page))
        {
            return error;
        }

        var found = await people.ExecuteAsync([.. filter], page, cancellation);
        JsonArray users = [.. found.People.Select(person => selection.Of(ScimUser.Of(person, sso.Issuer)))];
        return ApiAnswer.Of(ScimSelection.IsByCursor(http)
            ? ScimUser.Part(found.Total!.Value, found.HasMore ? ApiCursor.After(http, found.People[^1].Sub) : null, users)
            : ScimUser.List(found.Total!.Value, page.Skip + 1, users));
    }

    private static async Task<IResult> ReadAsync(
        HttpContext http, string id, SearchPeople people, SsoOptions sso, CancellationToken cancellation) =>
        ScimSelection.Read(http).Failed(out var error, out var selection) ? error
            : await people.FindAsync(id, ApiGate.ActorOf(http), cancellation) is { } found
                ? Told(found, sso, StatusCodes.Status200OK, selection)
            : NotFound;

    private static async Task<IResult> CreateAsync(
        HttpContext http, AddPerson people, SearchPeople search, SsoOptions sso, CancellationToken cancellation)
    {
        if (ScimSelection.Read(http).Failed(out var error, out var selection)
            || (await ApiBody.ReadAsync(http, ApiError.ScimMediaType, "application/json")).Failed(out error, out var body)
            || ScimUser.Read(body).Failed(out error, out var wish))
        {
            return error;
        }

        if ((await people.ExecuteAsync(wish.AsNew(), cancellation)).Failed(out var refusal, out var added))
        {
            return refusal.AsError();
        }

        var person = await search.AddedAsync(added, CancellationToken.None);
        return Told(person, sso, StatusCodes.Status201Created, selection) with { Location = ScimUser.AddressOf(person, sso.Issuer) };
    }

    private static async Task<IResult> ReplaceAsync(
        HttpContext http, string id, ScimChanges changes, SsoOptions sso, CancellationToken cancellation) =>
        await ChangeAsync(http, id, changes, sso, ScimUser.ReadReplacing, cancellation);

    private static async Task<IResult> PatchAsync(
        HttpContext http, string id, ScimChanges changes, SsoOptions sso, CancellationToken cancellation) =>
        await ChangeAsync(http, id, changes, sso, ScimPatch.Apply, cancellation);

    private static async Task<IResult> ChangeAsync(
        HttpContext http, string id, ScimChanges changes, SsoOptions sso,
        Func<JsonObject, PersonProfile, Result<ScimWish, ApiError>> read, CancellationToken cancellation)
    {
        if (SeenTags.Read(http, isRequired: false).Failed(out var error, out var seen)
            || ScimSelection.Read(http).Failed(out error, out var selection)
            || (await ApiBody.ReadAsync(http, ApiError.ScimMediaType, "application/json")).Failed(out error, out var body)
            || (await changes.ExecuteAsync(id, seen, person => read(body, person), cancellation)).Failed(out error, out var changed))
        {
            return error;
        }

        return Told(changed, sso, StatusCodes.Status200OK, selection);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext http, string id, SeenPerson people, DeletePerson delete, CancellationToken cancellation)
    {
        if (SeenTags.Read(http, isRequired: false).Failed(out var error, out var seen))
        {
            return error;
        }

        var outcome = await people.ActAsync<Person>(
            id, person => seen.Include(person.Version()), person => delete.ExecuteAsync(person.UserName, cancellation), cancellation);
        return outcome.Failed(out var refusal, out _) ? refusal.AsError() : ApiAnswer.Nothing;
    }

    private static ApiError NotFound { get; } = new(StatusCodes.Status404NotFound, "There is no person with that id.");

    private static ApiAnswer Told(PersonProfile person, SsoOptions sso, int status, ScimSelection selection) =>
        ApiAnswer.Of(selection.Of(ScimUser.Of(person, sso.Issuer)), status) with { Tag = person.Version() };
}
