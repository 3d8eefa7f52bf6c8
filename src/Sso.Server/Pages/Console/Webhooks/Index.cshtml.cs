using System.Collections.Immutable;
using Sso.Accounts.Administrators;
using Sso.Admin.Webhooks;

namespace Sso.Server.Pages.Console.Webhooks;

/// <summary>Who is told of events, without the queries of their addresses, where some have secrets.</summary>
internal sealed class Index(ListWebhooks webhooks) : ConsolePage
{
    public ImmutableArray<WebhookView> List { get; private set; } = [];

    [Act(ConsoleAct.SeeWebhooks)]
    public async Task OnGetAsync(CancellationToken cancellation) =>
        List = [.. (await webhooks.ExecuteAsync(cancellation)).Select(webhook => webhook.WithoutQuery())];
}
