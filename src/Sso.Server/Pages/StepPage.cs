using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Factors;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data.Sessions;
using Sso.Server.Authorization;
using Sso.Server.Http;

namespace Sso.Server.Pages;

/// <summary>
/// A page that does one step of a flow. Before any handler runs, the handle is opened in the browser for which it was made, the session is
/// read, and the policy is asked; a page that does not serve the step sends the browser on and does nothing.
/// </summary>
internal abstract class StepPage : PageModel
{
    [BindProperty(SupportsGet = true, Name = "flow")]
    public string? RequestHandle { get; set; }

    public Flow Flow { get; private set; } = null!;

    /// <summary>This request, as acts on an account see it.</summary>
    protected Visit Visit => HttpContext.Visit();

    /// <summary>The live session of this browser, if any.</summary>
    public SignInRow? SignedIn { get; private set; }

    /// <summary>What the policy says now.</summary>
    public NextStep Step { get; private set; } = null!;

    protected abstract bool Serves(NextStep step);

    /// <summary>Only a page of the account area is shown without a handle; every other one is a step of a flow.</summary>
    protected virtual bool ServesWithoutHandle => false;

    /// <summary>
    /// The request that opening the page without a handle makes. People who open a step by its bare address, as the how-tos of the older
    /// system do with the sign-in page, are on their way to the account area.
    /// </summary>
    protected virtual AuthorizationRequest OwnRequest(RequestParsing parsing) => parsing.ForAccount("/account", fresh: null);

    /// <summary>How many codes may still be tried once one was wrong; null before.</summary>
    public int? TriesLeft { get; private set; }

    /// <summary>What was typed into a form as the name of the account, which outlives the flow.</summary>
    protected virtual string? TypedName => null;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var services = HttpContext.RequestServices;
        var flows = services.GetRequiredService<FlowSealer>();
        var sessions = services.GetRequiredService<BrowserSessions>();
        // Read from the request, not from the bound property: a repeated parameter counts only if it is unambiguous.
        RequestHandle = HandleOf(HttpContext.Request);
        var flow = RequestHandle is null
            ? new Flow("", OwnRequest(services.GetRequiredService<RequestParsing>()))
            : await flows.OpenAsync(HttpContext, RequestHandle, HttpContext.RequestAborted);
        if (flow is null)
        {
            context.Result = SeeOther(LateStep.LeadOn(HttpContext, RequestHandle, TypedName));
            return;
        }

        Flow = flow;
        SecurityHeaders.AllowFormTarget(HttpContext, flow.Request.RedirectUri.Value);
        SignedIn = await sessions.CurrentAsync(Visit, flow.Request.Client.Id, isActivity: true, HttpContext.RequestAborted);
        Step = InteractionPolicy.Decide(flow.Request, SignedIn?.ToState());
        if (!Serves(Step) || (Flow.Handle.Length == 0 && !ServesWithoutHandle))
        {
            context.Result = await SendOnAsync();
            return;
        }

        if (await RefuseAsync(HttpContext.RequestAborted) is { } refusal)
        {
            context.Result = refusal;
            return;
        }

        await ArriveAsync(HttpContext.RequestAborted);
        await next();
    }

    /// <summary>Looks up how many tries are left, for a page that says that a code was wrong.</summary>
    protected async Task CountTriesAsync(CancellationToken cancellation)
    {
        if (ModelState["Input.Code"] is { Errors.Count: > 0 })
        {
            var proofs = HttpContext.RequestServices.GetRequiredService<FactorProofs>();
            TriesLeft = await proofs.TriesLeftAsync(Visit, Flow.Request, cancellation);
        }
    }

    /// <summary>Why the page does nothing for this person, although everything is proved; null if it does.</summary>
    protected virtual Task<IActionResult?> RefuseAsync(CancellationToken cancellation) => Task.FromResult<IActionResult?>(null);

    /// <summary>The page serves; its handler comes next.</summary>
    protected virtual Task ArriveAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>To the gate, which knows what comes next.</summary>
    protected virtual IActionResult Continue() => SeeOther($"{ReceiveRequest.ContinuePath}?flow={Flow.Handle}");

    /// <summary>
    /// The person does not want to go on (OIDC Core §3.1.2.6: access_denied). Whoever is still signed in to a page of ours, and would not
    /// give a proof again, is not told that the session ended: it goes on.
    /// </summary>
    protected IActionResult Cancel() => Flow switch
    {
        _ when Flow.AnswersAt(WaitingFlow.DevicePage) => SeeOther("/device"),
        { IsOurs: false, Request.WaitingId: null } =>
            SeeOther($"{ReceiveRequest.ContinuePath}?flow={Flow.Handle}&{ReceiveRequest.Cancelled}"),
        { IsOurs: true } when IsSignedInHere => SeeOther(Flow.IsAccountArea ? "/account" : ConsoleArea.Home),
        _ => SeeOther("/signedout"),
    };

    /// <summary>All but the freshness of the proofs is there.</summary>
    private bool IsSignedInHere => InteractionPolicy.Decide(
        Flow.Request with { MaxAge = null, Prompt = Prompt.Unspecified }, SignedIn?.ToState()) is NextStep.Issue;

    /// <summary>303, so that what was posted is not posted again.</summary>
    protected static IActionResult SeeOther(string path) => new SeeOther(path);

    private static string? HandleOf(HttpRequest request)
    {
        var posted = HttpMethods.IsPost(request.Method) && request.HasFormContentType ? request.Form["flow"] : default;
        var handle = posted.Count > 0 ? posted : request.Query["flow"];
        return handle.Count == 0 || handle[0]!.Length == 0 ? null : handle.Count == 1 ? handle[0] : "doubled";
    }

    private async Task<IActionResult> SendOnAsync()
    {
        if (Flow.Handle.Length > 0)
        {
            return Continue();
        }

        // One of our own requests that lacks a step: it gets a handle and goes the same way as any other.
        var interaction = HttpContext.RequestServices.GetRequiredService<Interaction>();
        return Step is NextStep.Issue
            ? SeeOther("/account")
            : SeeOther(await interaction.FindPageAsync(HttpContext, Flow.Request, HttpContext.RequestAborted));
    }
}
