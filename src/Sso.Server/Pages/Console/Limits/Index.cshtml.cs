using System.Net;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Accounts.Limits;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Server.Http;

namespace Sso.Server.Pages.Console.Limits;

/// <summary>How often something may be done, in words, and who is stopped by a limit of sign-in at this moment.</summary>
internal sealed class Index(LimitTable limits, ListStopped stopped, UnlockPerson unlock) : ConsolePage
{
    /// <summary>The subject of whoever need not wait any more.</summary>
    [BindProperty(SupportsGet = true, Name = "sub")]
    public string? Sub { get; set; }

    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public StoppedNow Now { get; private set; } = new([], [], Others: 0);

    public IReadOnlyList<Limit> All => limits.All;

    [Act(ConsoleAct.SeeLimits)]
    public async Task OnGetAsync(CancellationToken cancellation) => Now = await stopped.ExecuteAsync(Counted, cancellation);

    [Act(ConsoleAct.HelpPeople)]
    public async Task<IActionResult> OnPostUnlockAsync(CancellationToken cancellation)
    {
        var subject = Guid.TryParseExact(Sub, "N", out var id) ? id.ToString("N") : "";
        return (await unlock.ExecuteAsync(subject, By, cancellation)).Error?.Kind switch
        {
            null => SeeOther("/console/limits?done=unlocked"),
            RefusalKind.Denied => StatusCode(StatusCodes.Status403Forbidden),
            _ => NotFound(),
        };
    }

    /// <summary>The key of the words for a text of the table, which is English: its letters and digits.</summary>
    public static string WordsOf(string text) => string.Concat(
        text.Split([' ', ',', ':', ';', '.', '(', ')', '/', '-', '`'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string Counted(string address) =>
        IPAddress.TryParse(address, out var parsed) ? ClientAddress.CountedOf(parsed) : address;
}
