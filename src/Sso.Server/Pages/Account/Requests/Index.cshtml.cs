using Microsoft.AspNetCore.Mvc;
using Sso.Server.Authorization;
using Sso.Server.Ciba;

namespace Sso.Server.Pages.Account.Requests;

/// <summary>
/// What applications ask a person who is not in front of them (CIBA Core §8). Answering one is a request of that application at the gate.
/// </summary>
internal sealed class Index(BackchannelRequests requests, RequestParsing parsing, Interaction interaction) : AccountPage
{
    /// <summary>What became of the one that was answered last.</summary>
    [BindProperty(SupportsGet = true, Name = "answer")]
    public WaitingAnswer? Answer { get; set; }

    public IReadOnlyList<WaitingView> List { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellation) => List = await requests.ListAsync(Owner.PersonId, cancellation);

    public async Task<IActionResult> OnPostAsync(string? id, CancellationToken cancellation) =>
        await requests.CarryAsync(Owner.PersonId, id, cancellation) is { } carried && parsing.ForWaiting(carried) is { } request
            ? SeeOther(await interaction.FindPageAsync(HttpContext, request, cancellation))
            : SeeOther($"/account/requests?answer={WaitingAnswer.Late}");
}
