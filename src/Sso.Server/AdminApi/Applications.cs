using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Server.Api;
using Sso.Server.Http;
using Sso.Server.Polling;

namespace Sso.Server.AdminApi;

/// <summary>Applications, for programs: the same operations as on the command line.</summary>
internal static class Applications
{
    private const string Root = "/applications";
    private const string One = Root + "/{id}";
    private const string Label = "label";
    private const string Days = "expires_in_days";
    private const string Hours = "hours";

    public static void Map(RouteGroupBuilder api)
    {
        var json = AdminJson.Default;
        api.MapGet(Root, ListAsync).WithOperation(new(
            "list-applications", ApiScopes.ReadApps, "Lists applications by their ids.")
        {
            Answer = json.Applications,
            Query = ApiPage.Names,
        });
        api.MapPost(Root, AddAsync).WithOperation(new(
            "add-application", ApiScopes.WriteApps, "Registers an application; its secret is only in this answer.")
        {
            Body = json.NewApplication,
            Answer = json.ApplicationDocument,
            Status = StatusCodes.Status201Created,
        });
        api.MapGet(One, ShowAsync)
            .WithOperation(new("show-application", ApiScopes.ReadApps, "Reads an application.") { Answer = json.ClientView });
        api.MapPatch(One, ChangeAsync).WithOperation(new(
            "change-application", ApiScopes.WriteApps, "Changes what the body names (RFC 7396).")
        {
            Body = json.ApplicationChange,
            Answer = json.ApplicationDocument,
            IsConditional = true,
        });
        api.MapPut(One, ReplaceAsync).WithOperation(new(
            "replace-application", ApiScopes.WriteApps, "Describes an application anew: what is left out takes its default.")
        {
            Body = json.NewApplication,
            Answer = json.ApplicationDocument,
            IsConditional = true,
        });
        api.MapDelete(One, RemoveAsync).WithOperation(new(
            "remove-application", ApiScopes.WriteApps, "Deletes an application; what it was given ends.")
        {
            Status = StatusCodes.Status204NoContent,
            IsConditional = true,
        });
        api.MapPost(One + "/disable", DisableAsync).WithOperation(new(
            "disable-application", ApiScopes.WriteApps, "Disables an application; what it was given ends.")
        {
            Answer = json.ClientView,
            IsConditional = true,
        });
        api.MapPost(One + "/enable", EnableAsync).WithOperation(new(
            "enable-application", ApiScopes.WriteApps, "Enables an application again.")
        {
            Answer = json.ClientView,
            IsConditional = true,
        });
        api.MapGet(One + "/secrets", ListSecretsAsync).WithOperation(new(
            "list-secrets", ApiScopes.ReadApps, "Lists the secrets of an application, the older first, by what is known of them.")
        {
            Answer = json.Secrets,
            Query = ApiPage.Names,
        });
        api.MapPost(One + "/secrets", AddSecretAsync).WithOperation(new(
            "add-secret", ApiScopes.WriteApps,
            "Makes a second secret, which is only in this answer; both are valid until one is revoked. It ends after so many days (365), "
                + "or none.")
        {
            Query = [Label, Days],
            Answer = json.ApplicationDocument,
            Status = StatusCodes.Status201Created,
            IsConditional = true,
        });
        api.MapDelete(One + "/secrets/{which}", RevokeSecretAsync).WithOperation(new(
            "revoke-secret", ApiScopes.WriteApps, "Revokes one of two secrets: older or newer; now, or after so many hours.")
        {
            Query = [Hours],
            Answer = json.ClientView,
            IsConditional = true,
        });
    }

    private static async Task<IResult> ListAsync(HttpContext http, SeenClient clients, CancellationToken cancellation)
    {
        if (ApiPage.Read(http).Failed(out var error, out var page))
        {
            return error;
        }

        var found = await clients.ListAsync(page.After, page.Limit, cancellation);
        var next = found.Count > page.Limit ? ApiCursor.After(http, found[page.Limit - 1].Id) : null;
        return ApiAnswer.Of(new([.. found.Take(page.Limit)], next), AdminJson.Default.Applications);
    }

    private static async Task<IResult> ShowAsync(string id, SeenClient clients, CancellationToken cancellation) =>
        Shown(await clients.ReadAsync(IdOf(id), cancellation));

    private static async Task<IResult> AddAsync(
        HttpContext http, AddClient clients, ConfigurationPolling polling, SsoOptions sso, ConsoleOptions console,
        CancellationToken cancellation)
    {
        if ((await ApiBody.ReadAsync(http, "application/json")).Failed(out var error, out var body)
            || ApplicationChange.Read(body).Failed(out error, out var wanted))
        {
            return error;
        }

        if ((SeenClient.RefusalOf(wanted) ?? NeedsTwo(console, LooserPolicy.ThanUsual(wanted))) is { } beyond)
        {
            return beyond.AsError();
        }

        if ((await clients.ExecuteAsync(wanted, cancellation)).Failed(out var refusal, out var added))
        {
            return refusal.AsError();
        }

        // It is done: whoever hangs up now finds it done when they ask again.
        await polling.PollAsync(CancellationToken.None);
        return Changed(added, StatusCodes.Status201Created) with
        {
            Location = sso.Issuer + AdminApiRoutes.Root + Root + "/" + Uri.EscapeDataString(added.Client.Id),
        };
    }

    private static Task<IResult> ChangeAsync(
        HttpContext http, string id, ChangeClient clients, ConfigurationPolling polling, ConsoleOptions console,
        CancellationToken cancellation) =>
        DescribeAsync(
            http, id, clients, polling, console, ApplicationChange.Apply, ["application/merge-patch+json", "application/json"],
            cancellation);

    private static Task<IResult> ReplaceAsync(
        HttpContext http, string id, ChangeClient clients, ConfigurationPolling polling, ConsoleOptions console,
        CancellationToken cancellation) =>
        DescribeAsync(http, id, clients, polling, console, ApplicationChange.Replace, ["application/json"], cancellation);

    private static async Task<IResult> DescribeAsync(
        HttpContext http, string id, ChangeClient clients, ConfigurationPolling polling, ConsoleOptions console,
        Func<Client, JsonObject, Result<Client, ApiError>> apply, string[] types, CancellationToken cancellation)
    {
        if (SeenTags.Read(http, isRequired: true).Failed(out var error, out var seen)
            || (await ApiBody.ReadAsync(http, types)).Failed(out error, out var body))
        {
            return error;
        }

        ApiError? flaw = null;
        var outcome = await clients.ExecuteAsync(
            IdOf(id),
            view =>
            {
                if (SeenClient.RefusalOf(view, IsSeen(seen)) is { } refused)
                {
                    return refused;
                }

                return apply(view, body).Failed(out flaw, out var wanted)
                    ? Refusal.Invalid(new FieldProblem("body", flaw.Detail, ""))
                    : SeenClient.RefusalOf(wanted) ?? NeedsTwo(console, LooserPolicy.Of(view, wanted));
            },
            current => apply(current, body).Value!,
            cancellation);
        if (outcome.Failed(out var refusal, out var changed))
        {
            return flaw ?? refusal.AsError();
        }

        // It is done: whoever hangs up now finds it done when they ask again.
        await polling.PollAsync(CancellationToken.None);
        return Changed(changed, StatusCodes.Status200OK);
    }

    /// <summary>Null if no second person is needed: a program is nobody's second one, nor the first.</summary>
    private static Refusal? NeedsTwo(ConsoleOptions console, LooserPolicy? looser) => console.TwoPeople && looser is not null
        ? new(
            RefusalKind.Denied,
            [
                .. looser.Fields.Select(field => new FieldProblem(
                    field.Name, "It would ask less of people at a sign-in, which takes two administrators.",
                    field.Name is "second_factor" or "accepts_text_messages"
                        ? "One proposes it in the console, on the application's page, and another agrees."
                        : "Use the command line.")),
            ])
        : null;

    private static async Task<IResult> RemoveAsync(
        HttpContext http, string id, SeenClient clients, RemoveClient remove, ConfigurationPolling polling,
        CancellationToken cancellation) =>
        await ActAsync(http, id, clients, polling, () => remove.ExecuteAsync(IdOf(id), cancellation), _ => ApiAnswer.Nothing, cancellation);

    private static async Task<IResult> DisableAsync(
        HttpContext http, string id, SeenClient clients, SwitchClient turn, ConfigurationPolling polling, CancellationToken cancellation) =>
        await ActAsync(http, id, clients, polling, () => turn.DisableAsync(IdOf(id), cancellation), Shown, cancellation);

    private static async Task<IResult> EnableAsync(
        HttpContext http, string id, SeenClient clients, SwitchClient turn, ConfigurationPolling polling, CancellationToken cancellation) =>
        await ActAsync(http, id, clients, polling, () => turn.EnableAsync(IdOf(id), cancellation), Shown, cancellation);

    private static async Task<IResult> ListSecretsAsync(
        HttpContext http, string id, SeenClient clients, CancellationToken cancellation) =>
        (await clients.ReadAsync(IdOf(id), cancellation)).Failed(out var refusal, out var client) ? refusal.AsError()
            : PageOf<SecretView>.Of(http, client.Secrets, secret => secret.Fingerprint).Failed(out var error, out var page) ? error
            : ApiAnswer.Of(page, AdminJson.Default.Secrets);

    private static async Task<IResult> AddSecretAsync(
        HttpContext http, string id, RotateSecret secrets, ConfigurationPolling polling, CancellationToken cancellation) =>
        ReadNumber(http, Days, "none").Failed(out var error, out var days)
            ? error
            : await ActAsync(
                http, polling,
                // It seals the secret before its transaction begins, so it looks at what was seen by itself.
                isSeen => secrets.AddAsync(
                    IdOf(id),
                    new() { Label = Text(http, Label), ExpiresInDays = days.IsGiven ? days.Value : NewSecret.UsualDays },
                    client => SeenClient.RefusalOf(client, isSeen),
                    cancellation),
                added => Changed(added, StatusCodes.Status201Created));

    private static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <param name="http">The request.</param>
    /// <param name="name">Of the parameter.</param>
    /// <param name="nothing">The word for no number; null if there is none.</param>
    private static Result<GivenNumber, ApiError> ReadNumber(HttpContext http, string name, string? nothing) =>
        Text(http, name) is not { } text ? new GivenNumber(IsGiven: false, null)
        : text == nothing ? new GivenNumber(IsGiven: true, null)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new GivenNumber(IsGiven: true, number)
        : ApiBody.Invalid(
            [new(name, "It is no whole number.", nothing is null ? "Leave it out for now." : $"Give a number, or {nothing}.")]);

    private sealed record GivenNumber(bool IsGiven, int? Value);

    private static async Task<IResult> RevokeSecretAsync(
        HttpContext http, string id, string which, SeenClient clients, RotateSecret secrets, ConfigurationPolling polling,
        CancellationToken cancellation) =>
        which is not ("older" or "newer")
            ? new ApiError(StatusCodes.Status404NotFound, "Of two secrets, one is the older and one the newer.")
        : ReadNumber(http, Hours, nothing: null).Failed(out var error, out var hours) ? error
        : await ActAsync(
            http, id, clients, polling,
            () => hours.Value is { } wait
                ? secrets.RetireAsync(IdOf(id), which == "newer", wait, cancellation)
                : secrets.RemoveAsync(IdOf(id), which == "newer", cancellation),
            Shown, cancellation);

    /// <summary>On the application as the caller has seen it; this node hears of it before it answers.</summary>
    private static Task<IResult> ActAsync<T>(
        HttpContext http, string id, SeenClient clients, ConfigurationPolling polling, Func<Task<Result<T, Refusal>>> act,
        Func<T, ApiAnswer> tell, CancellationToken cancellation)
        where T : class =>
        ActAsync(http, polling, isSeen => clients.ActAsync(IdOf(id), isSeen, act, cancellation), tell);

    private static async Task<IResult> ActAsync<T>(
        HttpContext http, ConfigurationPolling polling, Func<Func<ClientView, bool>, Task<Result<T, Refusal>>> act,
        Func<T, ApiAnswer> tell)
        where T : class
    {
        if (SeenTags.Read(http, isRequired: true).Failed(out var error, out var seen))
        {
            return error;
        }

        if ((await act(IsSeen(seen))).Failed(out var refusal, out var done))
        {
            return refusal.AsError();
        }

        // It is done: whoever hangs up now finds it done when they ask again.
        await polling.PollAsync(CancellationToken.None);
        return tell(done);
    }

    /// <summary>An id that is an address has slashes, which routing leaves as they were sent.</summary>
    public static string IdOf(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static Func<ClientView, bool> IsSeen(SeenTags seen) => client => seen.Include(TagOf(client));

    private static string TagOf(ClientView client) =>
        ApiAnswer.TagOf(
        [
            .. JsonSerializer.SerializeToUtf8Bytes(client, AdminJson.Default.ClientView), .. Encoding.ASCII.GetBytes(client.SecretsMark),
        ]);

    private static IResult Shown(Result<ClientView, Refusal> outcome) =>
        outcome.Failed(out var refusal, out var client) ? refusal.AsError() : Shown(client);

    private static ApiAnswer Shown(ClientView client) => ApiAnswer.Of(client, AdminJson.Default.ClientView) with { Tag = TagOf(client) };

    private static ApiAnswer Changed(ClientAdded changed, int status) =>
        ApiAnswer.Of(
            new ApplicationDocument(changed.Client, changed.Secret, changed.Warnings), AdminJson.Default.ApplicationDocument, status) with
        {
            Tag = TagOf(changed.Client),
        };
}
