using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Deliveries;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Delivery;
using Sso.Delivery.Routes;
using Sso.Delivery.Spending;

namespace Sso.Server.Pages.Console.Texts;

/// <summary>
/// Texts and mails: what they cost, what keeps them from leaving and how it is ended, and a test to oneself.
/// </summary>
internal sealed class Index(
    SsoDbContext database, TextHistory history, SendLimits limits, ListPauses pauses, EndPause end, ListAlerts alerts, ListMails mails,
    SendTest tests, DeliveryOptions delivery, MessageRoutes routes, TimeProvider clock) : ConsolePage
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    /// <summary>The route that is to be used again.</summary>
    [BindProperty(SupportsGet = true, Name = "name")]
    public string? Name { get; set; }

    /// <summary>For what the prefix that is to be opened is closed.</summary>
    [BindProperty(SupportsGet = true, Name = "purpose")]
    public string? Purpose { get; set; }

    [BindProperty(SupportsGet = true, Name = "prefix")]
    public string? Prefix { get; set; }

    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    /// <summary>The test text whose end is shown.</summary>
    [BindProperty(SupportsGet = true, Name = "text")]
    public string? TextId { get; set; }

    /// <summary>The test mail whose end is shown.</summary>
    [BindProperty(SupportsGet = true, Name = "mail")]
    public string? MailId { get; set; }

    public ImmutableArray<DayOfTexts> Days { get; private set; } = [];

    public TextTotals Month { get; private set; } = new(0, 0, 0, 0, 0);

    public IReadOnlyList<BudgetUse> Budgets { get; private set; } = [];

    public PausesView Pauses { get; private set; } = new([], []);

    public ImmutableArray<AlertOfDay> Alerts { get; private set; } = [];

    public int MailsWaiting { get; private set; }

    /// <summary>False: there is no route, and so nothing to spend a budget on.</summary>
    public bool SendsTexts => routes.Any;

    /// <summary>What was sent before texts were switched off stays on the page.</summary>
    public bool ShowsTexts => SendsTexts || Days.Any(day => day.Totals.Sent > 0);

    public bool CanTestText { get; private set; }

    public bool CanTestMail { get; private set; }

    public TestText? TestedText { get; private set; }

    public MailView? TestedMail { get; private set; }

    public Chart Chart { get; private set; } = null!;

    /// <summary>Nobody sent a text since: the next one tries the route.</summary>
    public bool IsDue(PausedRouteView paused) => paused.Until <= clock.GetUtcNow();

    public decimal BudgetOfDay => delivery.Budget.PerDay;

    public static decimal Euro(long amount) => amount / 10_000m;

    [Act(ConsoleAct.SeeDelivery)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        Days = await history.ReadAsync(database, cancellation);
        Month = await history.OfMonthAsync(database, cancellation);
        Budgets = await limits.BudgetsAsync(database, now, cancellation);
        Pauses = await pauses.ExecuteAsync(cancellation);
        Alerts = AlertOfDay.Of(await alerts.ExecuteAsync(Lately, cancellation));
        MailsWaiting = await mails.WaitingAsync(cancellation);
        (CanTestText, CanTestMail) = May(ConsoleAct.TestDelivery) ? await tests.FindWaysAsync(PersonId, cancellation) : (false, false);
        TestedText = IdOf(TextId) is { } text ? await tests.ReadTextAsync(PersonId, text, cancellation) : null;
        TestedMail = IdOf(MailId) is { } mail ? await tests.ReadMailAsync(PersonId, mail, cancellation) : null;
        // In cents: the numbers at the lines are whole ones.
        Chart = Chart.Of([.. Days.Select(day => (day.Day, (day.Totals.Spent + 99) / 100, 0L))], (long)(BudgetOfDay * 100));
    }

    [Act(ConsoleAct.ResumeDelivery)]
    public async Task<IActionResult> OnPostRouteAsync(CancellationToken cancellation) =>
        Ended((await end.OfRouteAsync(Name ?? "", cancellation)).Error, "resumed");

    [Act(ConsoleAct.ResumeDelivery)]
    public async Task<IActionResult> OnPostPrefixAsync(CancellationToken cancellation) =>
        Enum.TryParse<TextPurpose>(Purpose, out var purpose) && Enum.IsDefined(purpose)
            ? Ended((await end.OfPrefixAsync(purpose, Prefix ?? "", cancellation)).Error, "opened")
            : SeeOther("/console/texts?done=none");

    [Act(ConsoleAct.TestDelivery)]
    public async Task<IActionResult> OnPostTestTextAsync(CancellationToken cancellation) =>
        Tested(await tests.TextAsync(PersonId, cancellation), "text");

    [Act(ConsoleAct.TestDelivery)]
    public async Task<IActionResult> OnPostTestMailAsync(CancellationToken cancellation) =>
        Tested(await tests.MailAsync(PersonId, cancellation), "mail");

    private static Guid? IdOf(string? written) => Guid.TryParseExact(written, "N", out var id) ? id : null;

    private static IActionResult Ended(Refusal? refusal, string done) =>
        SeeOther($"/console/texts?done={(refusal is null ? done : "none")}");

    private static IActionResult Tested(Result<TestSent, Refusal> outcome, string what) =>
        outcome.Failed(out var refusal, out var sent)
            ? SeeOther($"/console/texts?done={(refusal.Kind == RefusalKind.TooOften ? "toooften" : "nowhere")}")
            : SeeOther($"/console/texts?{what}={sent.Id:N}#test");
}

/// <summary>What was reported of one limit and subject since yesterday.</summary>
internal sealed record AlertOfDay(string Limit, string Subject, DateTimeOffset At, int Hours)
{
    public static ImmutableArray<AlertOfDay> Of(ImmutableArray<AlertView> alerts) =>
    [
        .. alerts.GroupBy(alert => (alert.Limit, alert.Subject))
            .Select(group => new AlertOfDay(group.Key.Limit, group.Key.Subject, group.Max(alert => alert.At), group.Count()))
            .OrderByDescending(alert => alert.At),
    ];

    /// <summary>The key of its words.</summary>
    public string Words => "Alert" + string.Concat(Limit.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
