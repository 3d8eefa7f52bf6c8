using Microsoft.AspNetCore.Mvc;
using Sso.Server.Account;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Account;

/// <summary>The browsers that are signed in, and their end from here (screen V29). Looking needs no fresh proof, ending does (S46).</summary>
public sealed class Sessions(OwnSessions sessions) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public IReadOnlyList<SessionView> List { get; private set; } = [];

    /// <summary>The text that says what has just been done.</summary>
    public string? Notice => Done switch { "ended" => "Ended", "others" => "EndedOthers", "gone" => "Gone", _ => null };

    protected override TimeSpan? FreshProof => HttpMethods.IsPost(Request.Method) ? TimeSpan.FromMinutes(5) : null;

    public async Task OnGetAsync(CancellationToken cancellation) => List = await sessions.ListAsync(Owner, cancellation);

    public async Task<IActionResult> OnPostAsync(Guid session, CancellationToken cancellation) =>
        SeeOther(await sessions.EndAsync(HttpContext, Owner, session, cancellation) ? "/account/sessions?done=ended" : "/account/sessions?done=gone");

    public async Task<IActionResult> OnPostOthersAsync(CancellationToken cancellation)
    {
        await sessions.EndOthersAsync(HttpContext, Owner, cancellation);
        return SeeOther("/account/sessions?done=others");
    }
}
