using Sso.Server.Authorization;
using Sso.Server.Pages.Shared;
using Sso.Server.StepUp;

namespace Sso.Server.Pages;

/// <summary>A page of the account area: opening it is a request of our own, decided by the same policy as every other.</summary>
internal abstract class AccountPage : StepPage
{
    /// <summary>Set on pages that change something.</summary>
    protected virtual TimeSpan? FreshProof => null;

    /// <summary>What the catalogue says of changes to the account: five minutes unless an operator wants less.</summary>
    protected TimeSpan ChangeAge => HttpContext.RequestServices.GetRequiredService<ActionCatalogue>().AccountChangeAge;

    /// <summary>True if the session would open a page that changes something.</summary>
    protected bool IsFreshlyProved =>
        InteractionPolicy.Decide(
            HttpContext.RequestServices.GetRequiredService<RequestParsing>().ForAccount(Request.Path, ChangeAge), Owner.ToState())
            is NextStep.Issue;

    /// <summary>The live session: the policy has let the browser in.</summary>
    protected Sso.Data.Sessions.SignInRow Owner => SignedIn!;

    /// <summary>
    /// Only for its own request: another one that is satisfied may have demanded less, so its flow goes back to the gate.
    /// </summary>
    protected override bool Serves(NextStep step) => step is NextStep.Issue && Flow.Handle.Length == 0;

    protected override bool ServesWithoutHandle => true;

    /// <summary>A form shows nothing, so the viewer is read only when the page is shown.</summary>
    protected override Task ArriveAsync(CancellationToken cancellation) => HttpMethods.IsGet(Request.Method)
        ? HttpContext.RequestServices.GetRequiredService<Viewer>().MeetAsync(Owner, cancellation)
        : Task.CompletedTask;

    protected override AuthorizationRequest OwnRequest(RequestParsing parsing) => parsing.ForAccount(HttpContext.Request.Path, FreshProof);
}
