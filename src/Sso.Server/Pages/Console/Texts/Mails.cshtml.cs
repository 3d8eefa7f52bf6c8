using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Deliveries;

namespace Sso.Server.Pages.Console.Texts;

/// <summary>The mails that are kept: which, to which masked address, and what became of each; those that wait are tried at once.</summary>
internal sealed class Mails(ListMails mails, RetryMails retry) : ConsolePage
{
    private const int PageSize = 50;

    /// <summary><c>troubled</c>: only what waits or was given up.</summary>
    [BindProperty(SupportsGet = true, Name = "only")]
    public string? Only { get; set; }

    /// <summary>The mail behind which the list goes on.</summary>
    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    /// <summary>How many are tried at once.</summary>
    [BindProperty(SupportsGet = true, Name = "retried")]
    public int? Retried { get; set; }

    public ImmutableArray<MailView> Found { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Next { get; private set; }

    public int Waiting { get; private set; }

    public bool IsOnlyTroubled => Only == "troubled";

    [Act(ConsoleAct.SeeDelivery)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Guid? before = Guid.TryParseExact(Before, "N", out var last) ? last : null;
        var found = await mails.ExecuteAsync(IsOnlyTroubled, before, PageSize + 1, cancellation);
        (Found, Next) = ([.. found.Take(PageSize)], found.Length > PageSize ? found[PageSize - 1].Id : null);
        Waiting = await mails.WaitingAsync(cancellation);
    }

    [Act(ConsoleAct.ResumeDelivery)]
    public async Task<IActionResult> OnPostRetryAsync(CancellationToken cancellation) =>
        SeeOther($"/console/texts/mails?retried={(await retry.ExecuteAsync(cancellation)).Value!.Mails}");
}
