using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Accounts.Factors;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>
/// A page that enrols a second factor: inside a flow because the policy demands one, or without a flow because the owner of the account
/// wants one, who must then have given proof in the last five minutes.
/// </summary>
internal abstract class EnrolmentPage : AccountPage
{
    protected override TimeSpan? FreshProof => ChangeAge;

    public bool InFlow => Flow.Handle.Length > 0;

    /// <summary>The methods that may be enrolled here.</summary>
    public IReadOnlySet<ProofMethod> Offered => Step is NextStep.EnrollSecondFactor enrol
        ? enrol.Methods
        : ProofMethods.SecondFactors.Where(
            method => method != ProofMethod.RecoveryCode && !Flow.Request.Client.WithheldFactors.Contains(method)).ToHashSet();

    /// <summary>The method that this page enrols; null if the person chooses.</summary>
    protected virtual ProofMethod? Enrols => null;

    protected override bool Serves(NextStep step) => (InFlow ? step is NextStep.EnrollSecondFactor : step is NextStep.Issue)
        && (Enrols is not { } method || Offered.Contains(method));

    /// <summary>A path within the enrolment that keeps the flow.</summary>
    public string Link(string path) => InFlow ? $"{path}?flow={Flow.Handle}" : path;

    /// <summary>In a flow the gate decides; in the account area recovery codes follow, and the owner sees that it is done.</summary>
    protected override IActionResult Continue() => InFlow ? base.Continue() : SeeOther("/account/mfa/recovery-codes");
}

/// <summary>
/// A page that enrols a factor. Each page on the way is a step: a number takes two, and recovery codes that are still to be saved take one
/// more. The first owner of an installation has come from the page on which the account was made, which was a step too.
/// </summary>
internal abstract class FactorPage : EnrolmentPage
{
    private int _before;

    /// <summary>The number of the page on which this enrolment begins.</summary>
    public int FirstStep => _before + 1;

    public int Steps => _before + (Enrols is ProofMethod.TextMessage ? 2 : 1) + (Owner.RecoveryCodesSavedAt is null ? 1 : 0);

    protected override async Task ArriveAsync(CancellationToken cancellation)
    {
        await base.ArriveAsync(cancellation);
        if (HttpMethods.IsGet(Request.Method) && Flow.Request.Client.Id == ConsoleArea.ClientId
            && await HttpContext.RequestServices.GetRequiredService<FirstAdministrator>().IsSettingUpAsync(Owner.PersonId, cancellation))
        {
            _before = 1;
        }
    }

    /// <summary>
    /// The code was right. People without recovery codes get them from this very form, since merely visiting a page makes none; people who
    /// have codes keep them.
    /// </summary>
    protected async Task<IActionResult> EnrolledAsync(CancellationToken cancellation)
    {
        // With the lost factors that this one replaced, their codes went too.
        if (Owner.RecoveryCodesSavedAt is not null && Owner.RecoveryFlowId != Flow.Request.FlowId)
        {
            return InFlow ? Continue() : SeeOther("/account/mfa/done");
        }

        var codes = HttpContext.RequestServices.GetRequiredService<RecoveryCodeSet>();
        if (await codes.BeingSavedAsync(Owner, cancellation) is null)
        {
            await codes.CreateAsync(Visit, Owner, cancellation);
        }

        return Continue();
    }
}
