using Sso.Protocol.Authorization;

namespace Sso.Server.Authorization;

/// <summary>A page of the account area: opening it is a request of our own, decided by the same policy as every other.</summary>
public abstract class AccountPage : StepPage
{
    /// <summary>Five minutes on pages that change something.</summary>
    protected virtual TimeSpan? FreshProof => null;

    /// <summary>The living session: the policy has let the browser in.</summary>
    protected Sso.Data.Sessions.SignInRow Owner => SignedIn!;

    /// <summary>By its own request only: another one that is satisfied may have demanded less, so its flow goes back to the gate.</summary>
    protected override bool Serves(NextStep step) => step is NextStep.Issue && Flow.Handle.Length == 0;

    protected override AuthorizationRequest? OwnRequest(Flows flows) => flows.ForAccount(HttpContext.Request.Path, FreshProof);
}
