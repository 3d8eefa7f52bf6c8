using System.Globalization;
using Sso.Admin;
using Sso.Admin.Webhooks;
using Sso.Server.Api;
using Sso.Server.Http;
using Sso.Server.Polling;

namespace Sso.Server.AdminApi;

/// <summary>
/// Subscriptions to security events, for programs: the same operations as on the command line. They have no version: nothing of a
/// subscription is described anew, so nobody's change is overwritten.
/// </summary>
internal static class Webhooks
{
    private const string Root = "/webhooks";
    private const string One = Root + "/{id}";
    private const string Hours = "hours";

    public static void Map(RouteGroupBuilder api)
    {
        var json = AdminJson.Default;
        api.MapGet(Root, ListAsync).WithOperation(new(
            "list-webhooks", ApiScopes.ReadWebhooks, "Lists the subscriptions to events, the oldest first.")
        {
            Answer = json.Webhooks,
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
    }

    private static async Task<IResult> ListAsync(SeenWebhook webhooks, CancellationToken cancellation) =>
        ApiAnswer.Of(
            new([.. (await webhooks.ListAsync(cancellation)).Select(webhook => webhook.WithoutQuery())], null), AdminJson.Default.Webhooks);

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

        var whole = wanted with { Events = wanted.Events.IsDefault ? [] : wanted.Events };
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
            : ApiAnswer.Of(webhook.WithoutQuery(), AdminJson.Default.WebhookView);

    private static ApiError AsError(Refusal refusal) => refusal.AsError("webhook_id");
}
