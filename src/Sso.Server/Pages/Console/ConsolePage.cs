using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Actors;
using Sso.Accounts.Administrators;
using Sso.Data.Administrators;
using Sso.Server.Authorization;
using Sso.Server.Operations;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;
using Sso.Server.StepUp;

namespace Sso.Server.Pages.Console;

/// <summary>
/// A page of the console. The role is asked first, then the gate, which demands proofs as fresh as the act needs, then whether the named
/// application is this administrator's. Whatever its form does is recorded with the administrator as its actor. A form that comes with too
/// old a proof does nothing: its sender proves again and finds it as it was.
/// </summary>
internal abstract class ConsolePage : StepPage
{
    private ConsoleVisitor? _visitor;
    private ConsoleAct _act;
    private bool _needsFreshProof;

    /// <summary>The client id of the application that the page is about; null on a page about none.</summary>
    [BindProperty(SupportsGet = true, Name = "id")]
    public string? Id { get; set; }

    /// <summary>
    /// That a form of this page was not done, because its sender had to prove more first; null if nothing waits. It is no error.
    /// </summary>
    public string? Reminder { get; private set; }

    public AdministratorRole Role => _visitor?.Role ?? throw new UnreachableException();

    /// <summary>
    /// To the nearest day, since what was just made for 90 days ends in 90; none for less than a day, negative for what is past.
    /// </summary>
    public int DaysUntil(DateTimeOffset at) =>
        (at - HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).TotalDays is var days && days < 1
            ? (int)Math.Floor(days)
            : (int)Math.Round(days, MidpointRounding.AwayFromZero);

    protected Guid PersonId => _visitor?.PersonId ?? throw new UnreachableException();

    /// <summary>As events name this administrator.</summary>
    protected ActingOperator By => ActingOperator.AtConsole(PersonId);

    /// <summary>Where somebody is led whose role does not have the act of this page; null to refuse.</summary>
    protected virtual string? Otherwise => null;

    protected override bool ServesWithoutHandle => true;

    /// <summary>True if this administrator may do that, to something at least: what the page offers.</summary>
    public bool May(ConsoleAct act) => ReachIn(act) != Reach.None;

    public override Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod?.MethodInfo.GetCustomAttribute<ActAttribute>() is not { } named)
        {
            context.Result = NotFound();
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsPost(Request.Method))
        {
            ForgetUnreadable();
        }

        _act = named.Act;
        // Whoever only looks at a form has done nothing yet; what is typed until it is sent is not lost.
        _needsFreshProof = (HttpMethods.IsPost(Request.Method) || named.ProofFirst) && !named.ChangesNothing
            && Roles.NeedsFreshProof(_act);
        return OpenAsync(context, next);
    }

    /// <summary>What nobody can read in an address is as if it were not there: no field of the page shows it.</summary>
    private void ForgetUnreadable()
    {
        foreach (var name in ModelState.Where(entry => entry.Value is { AttemptedValue: not null, Errors.Count: > 0 })
            .Select(entry => entry.Key).ToList())
        {
            ModelState.Remove(name);
        }
    }

    private async Task OpenAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        _visitor = await Visits.FindAsync(Visit, HttpContext.RequestAborted);
        // Somebody without the right need not prove more first to hear that.
        if (_visitor is { Role: null } || (_visitor is not null && !May(_act)))
        {
            context.Result = _visitor.Role is not null && Otherwise is { } page
                ? SeeOther(page)
                : StatusCode(StatusCodes.Status403Forbidden);
            return;
        }

        await base.OnPageHandlerExecutionAsync(context, next);
        if (HttpMethods.IsPost(Request.Method) && _visitor is { } sender && Step is { } step && !Serves(step))
        {
            var words = HttpContext.RequestServices.GetRequiredService<IStringLocalizer<Words>>();
            HttpContext.RequestServices.GetRequiredService<PageAnswers>()
                .KeepForm(this, sender.PersonId, words["ProofFirst"], words["ProofFirstLost"]);
        }
    }

    /// <summary>Only for its own request, as in the account area.</summary>
    protected override bool Serves(NextStep step) => step is NextStep.Issue && Flow.Handle.Length == 0;

    protected override AuthorizationRequest OwnRequest(RequestParsing parsing)
    {
        var age = Visits.AgeFor(_visitor);
        var fresh = HttpContext.RequestServices.GetRequiredService<ActionCatalogue>().AccountChangeAge;
        return parsing.ForConsole(
            PageAnswers.AddressOf(Request), _needsFreshProof && fresh < age ? fresh : age);
    }

    /// <summary>What belongs to others is as if it did not exist.</summary>
    protected override async Task<IActionResult?> RefuseAsync(CancellationToken cancellation) =>
        _visitor is null
            || (Id is not null && ReachIn(_act) == Reach.Own && !await Visits.ManagesAsync(PersonId, Id, cancellation))
            ? NotFound()
            : null;

    protected override async Task ArriveAsync(CancellationToken cancellation)
    {
        RequestActor.Set(HttpContext, By.Name);
        await Visits.SeenAsync(_visitor!, cancellation);
        if (HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method))
        {
            await HttpContext.RequestServices.GetRequiredService<Viewer>().MeetAsync(SignedIn!, cancellation);
            var isClean = !ModelState.ContainsKey("");
            HttpContext.RequestServices.GetRequiredService<PageAnswers>().RestoreForm(this, PersonId);
            if (isClean && ModelState.TryGetValue("", out var told))
            {
                Reminder = told.Errors[0].ErrorMessage;
                ModelState.Remove("");
            }
        }
    }

    protected Reach ReachIn(ConsoleAct act) => Roles.ReachOf(Role, act);

    protected ConsoleVisits Visits => HttpContext.RequestServices.GetRequiredService<ConsoleVisits>();
}
