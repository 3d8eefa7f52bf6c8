using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Webhooks;
using Sso.Data.Webhooks;

namespace Sso.Server.Pages.Console.Webhooks;

/// <summary>One webhook and its messages: those that were given up are sent again, one or all, and a test is sent.</summary>
internal sealed class Show(
    ListWebhooks webhooks, ListWebhookDeliveries deliveries, ReplayWebhooks replay, TestWebhook test) : ConsolePage
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true, Name = "webhook")]
    public string? WebhookId { get; set; }

    /// <summary><c>failed</c>: only what was given up.</summary>
    [BindProperty(SupportsGet = true, Name = "only")]
    public string? Only { get; set; }

    /// <summary>The message behind which the list goes on.</summary>
    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    /// <summary>How many are sent again.</summary>
    [BindProperty(SupportsGet = true, Name = "count")]
    public int? Count { get; set; }

    /// <summary>The message that is sent again.</summary>
    [BindProperty(Name = "Input.Message")]
    public string? Message { get; set; }

    public WebhookView Webhook { get; private set; } = null!;

    public ImmutableArray<WebhookDeliveryView> Found { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Next { get; private set; }

    public bool IsOnlyFailed => Only == "failed";

    public bool MaySend => Webhook.DisabledAt is null && May(ConsoleAct.SendToWebhooks);

    [Act(ConsoleAct.SeeWebhooks)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if ((await webhooks.FindAsync(WebhookId ?? "", cancellation)).Failed(out _, out var found))
        {
            return NotFound();
        }

        Webhook = found.WithoutQuery();
        var before = WebhookDelivery.IdOf(Before ?? "");
        var part = await deliveries.PartAsync(found.Id, IsOnlyFailed, before, PageSize + 1, cancellation);
        (Found, Next) = ([.. part.Take(PageSize)], part.Length > PageSize ? part[PageSize - 1].Id : null);
        return Page();
    }

    [Act(ConsoleAct.SendToWebhooks)]
    public async Task<IActionResult> OnPostReplayAsync(CancellationToken cancellation) =>
        Replayed(await replay.ExecuteAsync(Message ?? "", cancellation, WebhookId ?? ""));

    [Act(ConsoleAct.SendToWebhooks)]
    public async Task<IActionResult> OnPostReplayAllAsync(CancellationToken cancellation) =>
        Replayed(await replay.FailedAsync(WebhookId ?? "", cancellation));

    [Act(ConsoleAct.SendToWebhooks)]
    public async Task<IActionResult> OnPostTestAsync(CancellationToken cancellation) =>
        (await test.ExecuteAsync(WebhookId ?? "", cancellation)).Failed(out var refusal, out _) ? Refused(refusal) : Back("tested");

    private IActionResult Replayed(Result<WebhooksReplayed, Refusal> outcome) =>
        outcome.Failed(out var refusal, out var replayed) ? Refused(refusal) : Back($"replayed&count={replayed.Deliveries}");

    private IActionResult Refused(Refusal refusal) =>
        refusal.Kind == RefusalKind.Invalid ? Back("disabled")
        : refusal.Problems[0].Field == "delivery_id" ? Back("gone")
        : NotFound();

    private IActionResult Back(string done) => SeeOther($"/console/webhook?webhook={Uri.EscapeDataString(WebhookId!)}&done={done}");
}
