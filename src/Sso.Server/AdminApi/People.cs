using System.Text;
using System.Text.Json.Nodes;
using Sso.Accounts.Deletion;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Data.People;
using Sso.Delivery;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.AdminApi;

/// <summary>People, for programs such as a billing system: the same operations as on the command line.</summary>
internal static class People
{
    private const string Root = "/people";
    private const string One = Root + "/{sub}";
    private const string Lines = "application/x-ndjson";
    private const int LargestImport = 1024 * 1024;

    /// <summary>One transaction: a request that comes again under its key was done wholly or not at all.</summary>
    private const int MostLines = ImportPeople.BatchSize;

    /// <summary>Old digests cost a slow hash each: one import at a time, so that sign-ins on this node do not wait for many.</summary>
    private static readonly SemaphoreSlim ImportTurn = new(1, 1);

    public static void Map(RouteGroupBuilder api)
    {
        var json = AdminJson.Default;
        api.MapGet(Root, FindAsync).WithOperation(new(
            "find-people", ApiScopes.ReadPeople, "Finds people, or lists them in the order of their adding.")
        {
            Answer = json.People,
            Query = [.. ApiPage.Names, .. Sought],
        });
        api.MapPost(Root, AddAsync).WithOperation(new(
            "add-person", ApiScopes.WritePeople, "Adds a person; whoever gets no password is invited by mail to choose one.")
        {
            Body = json.NewPerson,
            Answer = json.PersonProfile,
            Status = StatusCodes.Status201Created,
        });
        api.MapPost(Root + "/import", ImportAsync).WithOperation(new(
            "import-people", ApiScopes.WritePeople,
            "Imports people from another system, one JSON object in a line, as sso user import: all, or none (422).")
        {
            Body = new("ImportLines", Type: null, () => new()
            {
                ["type"] = "string",
                ["description"] = "One JSON object in a line; the members are those of sso user import.",
            }),
            BodyType = Lines,
            Answer = json.ImportReport,
            LongestBody = LargestImport,
            Query = ["dry_run", "emails_verified", "phones_verified", "skip_refused"],
        });
        api.MapGet(One, ShowAsync)
            .WithOperation(new("show-person", ApiScopes.ReadPeople, "Reads a person.") { Answer = json.PersonProfile });
        api.MapPatch(One, ChangeAsync).WithOperation(new(
            "change-person", ApiScopes.WritePeople, "Describes a person anew (RFC 7396), and sets the id by which you know them.")
        {
            Body = json.PersonDescription,
            Answer = json.PersonProfile,
            IsConditional = true,
        });
        api.MapDelete(One, RemoveAsync).WithOperation(new(
            "remove-person", ApiScopes.WritePeople, "Deletes a person with everything that is theirs.")
        {
            Status = StatusCodes.Status204NoContent,
            IsConditional = true,
        });
        api.MapPost(One + "/disable", DisableAsync)
            .WithOperation(Changing("disable-person", "Closes an account: every session and token ends."));
        api.MapPost(One + "/enable", EnableAsync).WithOperation(Changing("enable-person", "Opens a closed account again."));
        api.MapPost(One + "/sign-out", SignOutAsync)
            .WithOperation(Changing("sign-out-person", "Ends every session and token of a person."));
    }

    private static ApiOperation Changing(string id, string summary) => new(id, ApiScopes.WritePeople, summary)
    {
        Answer = AdminJson.Default.PersonProfile,
        IsConditional = true,
    };

    private static async Task<IResult> FindAsync(
        HttpContext http, SearchPeople people, PhoneNumbers numbers, CancellationToken cancellation)
    {
        if (ApiPage.Read(http).Failed(out var error, out var page))
        {
            return error;
        }

        Guid? after = Guid.TryParseExact(page.After, "N", out var last) ? last : null;
        if (after is null && page.After is not null)
        {
            return ApiPage.BadCursor;
        }

        if (Sought.FirstOrDefault(name => http.Request.Query[name] is { Count: > 0 } sent && (sent.Count > 1 || sent is [""])) is { } empty)
        {
            return new ApiError(
                StatusCodes.Status400BadRequest,
                $"{empty} must be sent once and say whom to look for. Leave it out to list everybody.");
        }

        if (AskedNumber(http, numbers).Failed(out var refusal, out var number))
        {
            return refusal.AsError();
        }

        var found = await people.ExecuteAsync(
            [
                .. number, .. Asked(http, "user_name", PersonField.UserName), .. Asked(http, "email", PersonField.Email),
                .. Asked(http, "external_id", PersonField.ExternalId),
            ],
            new(after, Skip: 0, page.Limit, Count: false), cancellation);
        var next = found.HasMore ? ApiCursor.After(http, found.People[^1].Sub) : null;
        return ApiAnswer.Of(new(found.People, next), AdminJson.Default.People);
    }

    private static readonly string[] Sought = ["user_name", "email", "external_id", "phone"];

    private static PersonCondition[] Asked(HttpContext http, string name, PersonField field) =>
        http.Request.Query[name].ToString() is { Length: > 0 } value ? [new(field, IsPrefix: false, value)] : [];

    private static Result<PersonCondition[], Refusal> AskedNumber(HttpContext http, PhoneNumbers numbers)
    {
        if (http.Request.Query["phone"].ToString() is not { Length: > 0 } typed)
        {
            return Array.Empty<PersonCondition>();
        }

        // A plus that was not written as %2B arrives as a space, with which no number begins.
        var meant = typed[0] == ' ' ? "+" + typed[1..] : typed;
        return SoughtNumber.Read(numbers, meant).Failed(out var refusal, out var number)
            ? refusal
            : (PersonCondition[])[new(PersonField.Phone, IsPrefix: false, number)];
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string sub, SearchPeople people, CancellationToken cancellation) =>
        await people.FindAsync(sub, ApiGate.ActorOf(http), cancellation) is { } found
            ? Told(found, StatusCodes.Status200OK)
            : new ApiError(StatusCodes.Status404NotFound, "There is no person with that subject.");

    private static async Task<IResult> AddAsync(
        HttpContext http, AddPerson people, SearchPeople search, SsoOptions sso, CancellationToken cancellation)
    {
        if ((await ApiBody.ReadAsync(http, "application/json")).Failed(out var error, out var body)
            || body.As(AdminJson.Default.NewPerson).Failed(out error, out var wanted))
        {
            return error;
        }

        if ((await people.ExecuteAsync(wanted, cancellation)).Failed(out var refusal, out var added))
        {
            return refusal.AsError();
        }

        return Told(await search.AddedAsync(added, CancellationToken.None), StatusCodes.Status201Created) with
        {
            Location = $"{sso.Issuer}{AdminApiRoutes.Root}{Root}/{added.Sub}",
        };
    }

    private static async Task<IResult> ImportAsync(HttpContext http, ImportPeople people, CancellationToken cancellation)
    {
        if (http.Request.ContentType?.Split(';')[0] != Lines)
        {
            return new ApiError(StatusCodes.Status415UnsupportedMediaType, $"Send one JSON object in a line, as {Lines}.");
        }

        var lines = Encoding.UTF8.GetString(await ApiBody.BytesAsync(http)).TrimEnd('\n').Split('\n');
        if (lines.Length > MostLines)
        {
            return new ApiError(StatusCodes.Status413PayloadTooLarge, $"Send at most {MostLines} lines at a time.");
        }

        var choices = new ImportChoices(
            Is(http, "dry_run"), Is(http, "emails_verified"), Is(http, "phones_verified"), Is(http, "skip_refused"));
        if (!await ImportTurn.WaitAsync(TimeSpan.Zero, cancellation))
        {
            return new ApiError(StatusCodes.Status503ServiceUnavailable, "Another import is being done. Ask again.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        try
        {
            var report = await people.ExecuteAsync(() => lines.ToAsyncEnumerable(), choices, cancellation);
            return report.Written || choices.DryRun ? ApiAnswer.Of(report, AdminJson.Default.ImportReport) : Refused(report);
        }
        finally
        {
            ImportTurn.Release();
        }
    }

    /// <summary>Nothing was written (RFC 9110 §15.5.21): every line that is wrong, so that all can be mended at once.</summary>
    private static ApiError Refused(ImportReport report) => new(
        StatusCodes.Status422UnprocessableEntity,
        $"Nothing was imported: of {Counted.Of(report.Lines, "line")}, "
        + $"{Counted.Of(report.Problems.Select(problem => problem.Line).Distinct().Count(), "is", "are")} wrong. "
        + "Mend them, or leave them out with skip_refused=true.")
    {
        Fields =
        [
            .. report.Problems.Select(problem => new FieldError(problem.Field, problem.What, problem.Remedy) { Line = problem.Line }),
        ],
    };

    private static bool Is(HttpContext http, string choice) => http.Request.Query[choice] == "true";

    private static async Task<IResult> ChangeAsync(
        HttpContext http, string sub, SeenPerson people, ChangePerson change, CancellationToken cancellation)
    {
        if ((await ApiBody.ReadAsync(http, "application/merge-patch+json", "application/json")).Failed(out var error, out var body)
            || body.As(AdminJson.Default.PersonDescription).Failed(out error, out var wanted))
        {
            return error;
        }

        return await ActAsync(
            http, sub, people, person => change.ExecuteAsync(person.UserName, Merged(person, body, wanted), cancellation), Changed,
            cancellation);
    }

    /// <summary>RFC 7396: what is left out stays.</summary>
    private static PersonDescription Merged(PersonProfile person, JsonObject body, PersonDescription sent)
    {
        var merged = new PersonDescription(
            body.ContainsKey("name") ? sent.Name : person.Name,
            body.ContainsKey("given_name") ? sent.GivenName : person.GivenName,
            body.ContainsKey("family_name") ? sent.FamilyName : person.FamilyName,
            body.ContainsKey("nickname") ? sent.Nickname : person.Nickname,
            body.ContainsKey("locale") ? sent.Locale : person.Locale,
            body.ContainsKey("zone_info") ? sent.ZoneInfo : person.ZoneInfo,
            body.ContainsKey("external_id") ? sent.ExternalId : person.ExternalId);
        return body.ContainsKey("name") ? merged : merged.Following(person);
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext http, string sub, SeenPerson people, DeletePerson delete, CancellationToken cancellation) =>
        await ActAsync<Person>(
            http, sub, people, person => delete.ExecuteAsync(person.UserName, cancellation), _ => ApiAnswer.Nothing, cancellation);

    private static async Task<IResult> DisableAsync(
        HttpContext http, string sub, SeenPerson people, DisablePerson disable, CancellationToken cancellation) =>
        await ActAsync(http, sub, people, person => disable.ExecuteAsync(person.UserName, cancellation), Changed, cancellation);

    private static async Task<IResult> EnableAsync(
        HttpContext http, string sub, SeenPerson people, EnablePerson enable, CancellationToken cancellation) =>
        await ActAsync(http, sub, people, person => enable.ExecuteAsync(person.UserName, cancellation), Changed, cancellation);

    private static async Task<IResult> SignOutAsync(
        HttpContext http, string sub, SeenPerson people, SignOutPerson signOut, CancellationToken cancellation) =>
        await ActAsync(
            http, sub, people, person => signOut.ExecuteAsync(person.UserName, ApiGate.ActorOf(http), cancellation), Changed, cancellation);

    private static async Task<IResult> ActAsync<T>(
        HttpContext http, string sub, SeenPerson people, Func<PersonProfile, Task<Result<T, Refusal>>> act,
        Func<PersonProfile, ApiAnswer> tell, CancellationToken cancellation)
        where T : class
    {
        if (SeenTags.Read(http, isRequired: true).Failed(out var error, out var seen))
        {
            return error;
        }

        var outcome = await people.ActAsync(sub, person => seen.Include(person.Version()), act, cancellation);
        return outcome.Failed(out var refusal, out var done) ? refusal.AsError() : tell(done);
    }

    private static ApiAnswer Changed(PersonProfile person) => Told(person, StatusCodes.Status200OK);

    private static ApiAnswer Told(PersonProfile person, int status) =>
        ApiAnswer.Of(person, AdminJson.Default.PersonProfile, status) with
        {
            Tag = person.Version(),
            IsTagOfAll = person.HasPassword,
        };
}
