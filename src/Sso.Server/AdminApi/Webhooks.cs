using System.Globalization;
using Sso.Admin;
using Sso.Admin.Webhooks;
using Sso.Data.Webhooks;
using Sso.Server.Api;
using Sso.Server.Http;
using Sso.Server.Polling;

namespace Sso.Server.AdminApi;

/// <summary>
/// Subscriptions to security events, for programs: the same operations as on the command line. Only what describes one anew asks for the
/// version that was seen: of the others, none overwrites what somebody else decided.
/// </summary>
internal static class Webhooks
{
    private const string Root = "/webhooks";
    private const string One = Root + "/{id}";
    private const string Hours = "hours";
    private const string OnlyFailed = "failed";

    public static void Map(RouteGroupBuilder api)
    {
        var json = AdminJson.Default;
        api.MapGet(Root, ListAsync).WithOperation(new(
            "list-webhooks", ApiScopes.ReadWebhooks, "Lists the subscriptions to events, the oldest first.")
        {
            Answer = json.Webhooks,
            Query = ApiPage.Names,
        });
        api.MapPost(Root, AddAsync).WithOperation(new(
            "add-webhook", ApiScopes.WriteWebhooks, "Subscribes an address to events; its secret is only in this answer.")
        {
            Body = json.NewWebhook,
            Answer = json.WebhookWithSecret,
            Status = StatusCodes.Status201Created,
        });
        api.MapGet(One, ShowAsync)
            .WithOperation(new("show-webhook", ApiScopes.ReadWebhooks, "Reads a subscription.") { Answer = json.WebhookView });
        api.MapPatch(One, ChangeAsync).WithOperation(new(
            "change-webhook", ApiScopes.WriteWebhooks,
            "Changes the address or the types (RFC 7396); null for the types: all but readings. The secret stays.")
        {
            Body = json.WebhookChange,
            Answer = json.WebhookView,
            IsConditional = true,
        });
        api.MapDelete(One, RemoveAsync).WithOperation(new(
            "remove-webhook", ApiScopes.WriteWebhooks, "Ends a subscription, and what waits for it.")
        {
            Status = StatusCodes.Status204NoContent,
        });
        api.MapPost(One + "/disable", DisableAsync).WithOperation(new(
            "disable-webhook", ApiScopes.WriteWebhooks, "Disables a subscription; what waits is given up.")
        {
            Answer = json.WebhookView,
        });
        api.MapPost(One + "/enable", EnableAsync).WithOperation(new(
            "enable-webhook", ApiScopes.WriteWebhooks, "Enables a subscription again.")
        {
            Answer = json.WebhookView,
        });
        api.MapPost(One + "/secret", RotateAsync).WithOperation(new(
            "rotate-webhook-secret", ApiScopes.WriteWebhooks,
            "Gives a subscription another secret, which is only in this answer; the former signs as well for some hours (24).")
        {
            Answer = json.WebhookWithSecret,
            Query = [Hours],
        });
        api.MapPost(One + "/test", TestAsync).WithOperation(new(
            "test-webhook", ApiScopes.WriteWebhooks, "Sends a message about nothing, once; the list of deliveries says what came of it.")
        {
            Answer = json.WebhookDeliveryView,
            Status = StatusCodes.Status202Accepted,
        });
        api.MapGet(One + "/deliveries", DeliveriesAsync).WithOperation(new(
            "list-webhook-deliveries", ApiScopes.ReadWebhooks,
            "Lists what was sent, waits or was given up, the newest first; with failed=true what was given up.")
        {
            Answer = json.WebhookDeliveries,
            Query = [OnlyFailed, .. ApiPage.Names],
        });
        api.MapPost(One + "/deliveries/{deliveryId}/replay", ReplayOneAsync).WithOperation(new(
            "replay-webhook-delivery", ApiScopes.WriteWebhooks, "Sends one delivery again, with all its attempts, under the same id.")
        {
            Answer = json.WebhooksReplayed,
            Status = StatusCodes.Status202Accepted,
        });
        api.MapPost(One + "/replay", ReplayAsync).WithOperation(new(
            "replay-webhook", ApiScopes.WriteWebhooks, "Sends again what was given up; says how many deliveries that is.")
        {
            Answer = json.WebhooksReplayed,
            Status = StatusCodes.Status202Accepted,
        });
    }

    private static async Task<IResult> ListAsync(HttpContext http, SeenWebhook webhooks, CancellationToken cancellation) =>
        PageOf<WebhookView>.Of(
            http, [.. (await webhooks.ListAsync(cancellation)).Select(webhook => webhook.WithoutQuery())], webhook => webhook.Id)
            .Failed(out var error, out var page) ? error : ApiAnswer.Of(page, AdminJson.Default.Webhooks);

    private static async Task<IResult> ShowAsync(string id, SeenWebhook webhooks, CancellationToken cancellation) =>
        Told(await webhooks.ReadAsync(id, cancellation));

    private static async Task<IResult> AddAsync(
        HttpContext http, AddWebhook webhooks, ConfigurationPolling polling, SsoOptions sso, CancellationToken cancellation)
    {
        if ((await ApiBody.ReadAsync(http, "application/json")).Failed(out var error, out var body)
            || body.As(AdminJson.Default.NewWebhook).Failed(out error, out var wanted))
        {
            return error;
        }

        var whole = wanted with { Events = wanted.Events.IsDefault ? NewWebhook.Usual : wanted.Events };
        if ((await webhooks.ExecuteAsync(whole, cancellation)).Failed(out var refusal, out var added))
        {
            return AsError(refusal);
        }

        // It is done: whoever hangs up now finds it done when they ask again.
        await polling.PollAsync(CancellationToken.None);
        return ApiAnswer.Of(added, AdminJson.Default.WebhookWithSecret, StatusCodes.Status201Created) with
        {
            Location = $"{sso.Issuer}{AdminApiRoutes.Root}{Root}/{added.Webhook.Id}",
        };
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext http, string id, ChangeWebhook change, ConfigurationPolling polling, CancellationToken cancellation)
    {
        if (SeenTags.Read(http, isRequired: true).Failed(out var error, out var seen)
            || (await ApiBody.ReadAsync(http, "application/merge-patch+json", "application/json")).Failed(out error, out var body)
            || body.As(AdminJson.Default.WebhookChange).Failed(out error, out var wanted))
        {
            return error;
        }

        if (body.ContainsKey("url") && wanted.Url is null)
        {
            return ApiBody.Invalid([new("url", "It is missing.", "Every webhook has an address.")]);
        }

        // Null takes the types back to what is usual.
        var whole = body.ContainsKey("events") ? wanted with { Events = wanted.Events ?? NewWebhook.Usual } : wanted;
        var outcome = await change.ExecuteAsync(id, whole, webhook => seen.Include(webhook.Version), cancellation);
        await polling.PollAsync(CancellationToken.None);
        return Told(outcome);
    }

    private static async Task<IResult> TestAsync(string id, TestWebhook webhooks, CancellationToken cancellation) =>
        (await webhooks.ExecuteAsync(id, cancellation)).Failed(out var refusal, out var sent)
            ? AsError(refusal)
            : ApiAnswer.Of(sent, AdminJson.Default.WebhookDeliveryView, StatusCodes.Status202Accepted);

    private static async Task<IResult> DeliveriesAsync(
        HttpContext http, string id, SeenWebhook webhooks, CancellationToken cancellation)
    {
        if (ApiPage.Read(http).Failed(out var error, out var page))
        {
            return error;
        }

        if (page.After is { } after && WebhookDelivery.IdOf(after) is null)
        {
            return ApiPage.BadCursor;
        }

        var wanted = http.Request.Query[OnlyFailed].ToString();
        if (wanted is not ("" or "true" or "false"))
        {
            return ApiBody.Invalid([new(OnlyFailed, "It is neither true nor false.", "Leave it out for all.")]);
        }

        var outcome = await webhooks.DeliveriesAsync(id, wanted == "true", page.After, page.Limit, cancellation);
        if (outcome.Failed(out var refusal, out var found))
        {
            return AsError(refusal);
        }

        var next = found.Length > page.Limit ? ApiCursor.After(http, found[page.Limit - 1].Id) : null;
        return ApiAnswer.Of(new([.. found.Take(page.Limit)], next), AdminJson.Default.WebhookDeliveries);
    }

    private static async Task<IResult> ReplayOneAsync(
        string id, string deliveryId, ReplayWebhooks replay, CancellationToken cancellation) =>
        Replayed(await replay.ExecuteAsync(deliveryId, cancellation, id));

    private static async Task<IResult> ReplayAsync(string id, ReplayWebhooks replay, CancellationToken cancellation) =>
        Replayed(await replay.FailedAsync(id, cancellation));

    private static IResult Replayed(Result<WebhooksReplayed, Refusal> outcome) =>
        outcome.Failed(out var refusal, out var replayed)
            ? AsError(refusal)
            : ApiAnswer.Of(replayed, AdminJson.Default.WebhooksReplayed, StatusCodes.Status202Accepted);

    private static async Task<IResult> RemoveAsync(
        string id, RemoveWebhook remove, ConfigurationPolling polling, CancellationToken cancellation)
    {
        var outcome = await remove.ExecuteAsync(id, cancellation);
        await polling.PollAsync(CancellationToken.None);
        return outcome.Failed(out var refusal, out _) ? AsError(refusal) : ApiAnswer.Nothing;
    }

    private static Task<IResult> DisableAsync(
        string id, SwitchWebhook turn, ConfigurationPolling polling, CancellationToken cancellation) =>
        TurnAsync(id, isOn: false, turn, polling, cancellation);

    private static Task<IResult> EnableAsync(
        string id, SwitchWebhook turn, ConfigurationPolling polling, CancellationToken cancellation) =>
        TurnAsync(id, isOn: true, turn, polling, cancellation);

    private static async Task<IResult> TurnAsync(
        string id, bool isOn, SwitchWebhook turn, ConfigurationPolling polling, CancellationToken cancellation)
    {
        var outcome = await turn.ExecuteAsync(id, isOn, cancellation);
        await polling.PollAsync(CancellationToken.None);
        return Told(outcome);
    }

    private static async Task<IResult> RotateAsync(
        HttpContext http, string id, RotateWebhookSecret secrets, ConfigurationPolling polling, CancellationToken cancellation)
    {
        var (written, hours) = (http.Request.Query[Hours].ToString(), 24);
        if (written.Length > 0 && !int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out hours))
        {
            return ApiBody.Invalid([new(Hours, "It is no whole number.", "Leave it out for a day.")]);
        }

        if ((await secrets.ExecuteAsync(id, hours, cancellation)).Failed(out var refusal, out var rotated))
        {
            return AsError(refusal);
        }

        await polling.PollAsync(CancellationToken.None);
        return ApiAnswer.Of(rotated, AdminJson.Default.WebhookWithSecret);
    }

    private static IResult Told(Result<WebhookView, Refusal> outcome) =>
        outcome.Failed(out var refusal, out var webhook)
            ? AsError(refusal)
            : Shown(webhook);

    private static ApiAnswer Shown(WebhookView webhook) => ApiAnswer.Of(webhook.WithoutQuery(), AdminJson.Default.WebhookView) with
    {
        Tag = webhook.Version,
        IsTagOfAll = false,
    };

    private static ApiError AsError(Refusal refusal) => refusal.AsError("webhook_id", "delivery_id");
}
