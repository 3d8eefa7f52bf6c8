using System.Text.Json;
using Sso.Admin;
using Sso.Admin.Resources;
using Sso.Server.Api;
using Sso.Server.Http;
using Sso.Server.Polling;

namespace Sso.Server.AdminApi;

/// <summary>Protected resources, for programs: the same operations as on the command line.</summary>
internal static class Resources
{
    private const string Root = "/resources";
    private const string One = Root + "/{id}";

    public static void Map(RouteGroupBuilder api)
    {
        var json = AdminJson.Default;
        api.MapGet(Root, ListAsync).WithOperation(new(
            "list-resources", ApiScopes.ReadApps, "Lists protected resources by their indicators.")
        {
            Answer = json.Resources,
            Query = ApiPage.Names,
        });
        api.MapPost(Root, AddAsync).WithOperation(new(
            "add-resource", ApiScopes.WriteApps, "Registers a protected resource (RFC 8707).")
        {
            Body = json.NewResource,
            Answer = json.ResourceView,
            Status = StatusCodes.Status201Created,
        });
        api.MapGet(One, ShowAsync).WithOperation(new("show-resource", ApiScopes.ReadApps, "Reads a protected resource.")
        {
            Answer = json.ResourceView,
        });
        api.MapPut(One, ChangeAsync).WithOperation(new(
            "change-resource", ApiScopes.WriteApps, "Describes a protected resource anew; new tokens follow it.")
        {
            Body = json.NewResource,
            Answer = json.ResourceView,
            IsConditional = true,
        });
        api.MapDelete(One, RemoveAsync).WithOperation(new(
            "remove-resource", ApiScopes.WriteApps, "Deletes a protected resource: no new token names it.")
        {
            Status = StatusCodes.Status204NoContent,
            IsConditional = true,
        });
    }

    private static async Task<IResult> ListAsync(HttpContext http, SeenResource resources, CancellationToken cancellation)
    {
        if (ApiPage.Read(http).Failed(out var error, out var page))
        {
            return error;
        }

        var found = await resources.ListAsync(page.After, page.Limit, cancellation);
        var next = found.Count > page.Limit ? ApiCursor.After(http, found[page.Limit - 1].Resource) : null;
        return ApiAnswer.Of(new([.. found.Take(page.Limit)], next), AdminJson.Default.Resources);
    }

    private static async Task<IResult> ShowAsync(string id, SeenResource resources, CancellationToken cancellation) =>
        (await resources.ReadAsync(Applications.IdOf(id), cancellation)).Failed(out var refusal, out var found)
            ? AsError(refusal)
            : Shown(found, StatusCodes.Status200OK);

    private static async Task<IResult> AddAsync(
        HttpContext http, SeenResource resources, AddResource add, ConfigurationPolling polling, SsoOptions sso,
        CancellationToken cancellation)
    {
        if ((await ReadAsync(http)).Failed(out var error, out var wanted))
        {
            return error;
        }

        if (wanted.Resource == ApiScopes.ResourceOf(sso.Issuer))
        {
            return ApiBody.Invalid([new("resource", "It is that of this API, which is always registered.", "Give that of another.")]);
        }

        var outcome = await resources.AddAsync(wanted.ClientId, () => add.ExecuteAsync(wanted, cancellation), cancellation);
        if (outcome.Failed(out var refusal, out var added))
        {
            return AsError(refusal);
        }

        // It is done: whoever hangs up now finds it done when they ask again.
        await polling.PollAsync(CancellationToken.None);
        return Shown(added, StatusCodes.Status201Created) with
        {
            Location = sso.Issuer + AdminApiRoutes.Root + Root + "/" + Uri.EscapeDataString(added.Resource),
        };
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext http, string id, SeenResource resources, ChangeResource change, ConfigurationPolling polling,
        CancellationToken cancellation)
    {
        if (SeenTags.Read(http, isRequired: true).Failed(out var error, out var seen)
            || (await ReadAsync(http)).Failed(out error, out var wanted))
        {
            return error;
        }

        if (wanted.Resource != Applications.IdOf(id))
        {
            return ApiBody.Invalid([new("resource", "It is not that of the address.", "Delete the resource, and add the other one.")]);
        }

        return await ActAsync(
            id, wanted.ClientId, seen, resources, polling, () => change.ExecuteAsync(wanted, cancellation),
            changed => Shown(changed, StatusCodes.Status200OK), cancellation);
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext http, string id, SeenResource resources, RemoveResource remove, ConfigurationPolling polling,
        CancellationToken cancellation) =>
        SeenTags.Read(http, isRequired: true).Failed(out var error, out var seen)
            ? error
            : await ActAsync(
                id, clientId: null, seen, resources, polling, () => remove.ExecuteAsync(Applications.IdOf(id), cancellation),
                _ => ApiAnswer.Nothing, cancellation);

    /// <summary>On the resource as the caller has seen it; this node hears of it before it answers.</summary>
    private static async Task<IResult> ActAsync(
        string id, string? clientId, SeenTags seen, SeenResource resources, ConfigurationPolling polling,
        Func<Task<Result<ResourceView, Refusal>>> act, Func<ResourceView, ApiAnswer> tell, CancellationToken cancellation)
    {
        var outcome = await resources.ActAsync(
            Applications.IdOf(id), clientId, resource => seen.Include(ApiAnswer.TagOf(JsonOf(resource))), act, cancellation);
        if (outcome.Failed(out var refusal, out var done))
        {
            return AsError(refusal);
        }

        // It is done: whoever hangs up now finds it done when they ask again.
        await polling.PollAsync(CancellationToken.None);
        return tell(done);
    }

    private static async Task<Result<NewResource, ApiError>> ReadAsync(HttpContext http) =>
        (await ApiBody.ReadAsync(http, "application/json")).Failed(out var error, out var body)
            ? error
            : body.As(AdminJson.Default.NewResource);

    /// <summary>The client that it names is no object of the address.</summary>
    private static ApiError AsError(Refusal refusal) => refusal.AsError("resource");

    private static byte[] JsonOf(ResourceView resource) =>
        JsonSerializer.SerializeToUtf8Bytes(resource, AdminJson.Default.ResourceView);

    private static ApiAnswer Shown(ResourceView resource, int status) => new(status, JsonOf(resource))
    {
        Tag = ApiAnswer.TagOf(JsonOf(resource)),
    };
}
