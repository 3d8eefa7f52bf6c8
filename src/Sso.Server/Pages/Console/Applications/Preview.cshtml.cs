using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Server.Pages.Forms;
using Sso.Server.Preview;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// What the application would be told of somebody. The name that is typed stands in no address: the page that shows it names the subject.
/// </summary>
internal sealed class Preview(PreviewTokens preview, ShowClient clients, IStringLocalizer<Preview> text) : ApplicationPage
{
    private const string Path = "/console/application/preview";
    private const int LongestName = 256;
    private const int LongestScopes = 1000;

    public override string Tab => "preview";

    [BindProperty(Name = "Input.Person"), Carried]
    public string? Person { get; set; }

    [BindProperty(Name = "Input.Scopes"), Carried]
    public string? Typed { get; set; }

    /// <summary>Null before anybody was named.</summary>
    public TokenPreview? Made { get; private set; }

    /// <summary>Why there is nothing to show, by the name of its text; null if nothing is wrong.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>What was asked for, and at first all that may be.</summary>
    public string ScopesAsked => Typed ?? Shown ?? string.Join(' ', Application.Client.Scopes);

    /// <summary>The person lets the application have less than was asked for.</summary>
    public bool IsCut => ReachIn(ConsoleAct.PreviewTokens) != Reach.All && Made?.Tokens is { } tokens
        && ScopesAsked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(tokens.Scopes.Split(' '), StringComparer.Ordinal).Any();

    private string? Shown => Request.Query["scope"].ToString() is { Length: > 0 } scopes ? scopes : null;

    [Act(ConsoleAct.PreviewTokens)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        if (Request.Query["sub"].ToString() is not { Length: > 0 and <= LongestName } subject)
        {
            Obstacle = Application.Client is { DisabledAt: null, IsDraft: false } client
                && client.GrantTypes.Contains(GrantTypes.AuthorizationCode)
                ? null
                : WhyNobody(Application.Client);
            return;
        }

        var outcome = await MakeAsync(Shown ?? string.Join(' ', Application.Client.Scopes), subject, cancellation);
        Made = outcome.Value;
        Obstacle = outcome.Error is { } refusal ? ObstacleOf(refusal, Application.Client) : null;
    }

    [Act(ConsoleAct.PreviewTokens)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var (who, scopes) = (Person?.Trim() ?? "", Typed?.Trim() ?? "");
        if (who.Length is 0 or > LongestName || scopes.Length is 0 or > LongestScopes)
        {
            return Told(who.Length is 0 or > LongestName ? "Input.Person" : "Input.Scopes", who.Length == 0 ? "NoName" : "Scopes");
        }

        if (!(await MakeAsync(scopes, who, cancellation)).Failed(out var refusal, out var made))
        {
            return SeeOther($"{Address(Path)}&sub={made.Subject}&scope={Uri.EscapeDataString(scopes)}");
        }

        if ((await clients.ExecuteAsync(Id!, cancellation)).Failed(out _, out var client))
        {
            return NotFound();
        }

        var obstacle = ObstacleOf(refusal, client);
        return Told(obstacle is "Scopes" or "NotGiven" ? "Input.Scopes" : "Input.Person", obstacle);
    }

    private PageResult Told(string field, string why)
    {
        ModelState.AddModelError(field, text[why]);
        return Page();
    }

    private Task<Result<TokenPreview, Refusal>> MakeAsync(string scopes, string who, CancellationToken cancellation) =>
        preview.ExecuteAsync(
            Id!, scopes, who, isOfApplication: ReachIn(ConsoleAct.PreviewTokens) != Reach.All, By, cancellation);

    private static string WhyNobody(ClientView client) =>
        client.DisabledAt is not null ? "Off" : client.IsDraft ? "Draft" : "NoBrowser";

    private static string ObstacleOf(Refusal refusal, ClientView client) => refusal.Problems[0].Field switch
    {
        "consent" => "NotGiven",
        "scopes" => "Scopes",
        "client_id" => WhyNobody(client),
        _ => "Nobody",
    };
}
