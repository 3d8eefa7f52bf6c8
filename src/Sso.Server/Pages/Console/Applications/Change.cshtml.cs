using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Accounts.Proposals;
using Sso.Admin;
using Sso.Admin.Brands;
using Sso.Admin.Clients;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// The name of an application, its addresses, its brand, and what it demands of people. The form says what it was filled with, so that it
/// overwrites nothing that somebody else changed meanwhile: its sender sees that, with what was typed beside it, and decides anew.
/// </summary>
internal sealed class Change(
    ChangeClient change, ShowClient clients, BrandDirectory brands, LoosenPolicy loosening, ConsoleOptions console,
    IStringLocalizer<Words> words)
    : ApplicationPage
{
    [BindProperty(Name = "Input.Name"), Carried]
    public string? Name { get; set; }

    [BindProperty(Name = "Input.RedirectUris"), Carried]
    public string? RedirectUris { get; set; }

    [BindProperty(Name = "Input.PostLogoutRedirectUris"), Carried]
    public string? PostLogoutRedirectUris { get; set; }

    [BindProperty(Name = "Input.SecondFactor"), Carried]
    public string? SecondFactor { get; set; }

    [BindProperty(Name = "Input.NoTexts"), Carried]
    public bool NoTexts { get; set; }

    /// <summary>The id; null for none of its own.</summary>
    [BindProperty(Name = "Input.Brand"), Carried]
    public string? Brand { get; set; }

    /// <summary>An address to be looked at before it is saved: whoever sent it may be a stranger.</summary>
    [BindProperty(SupportsGet = true, Name = "add")]
    public string? ToAdd { get; set; }

    /// <summary>The marks of what the form was filled with, in the order of <see cref="ShownOf"/>.</summary>
    [BindProperty(Name = "Input.Seen"), Carried]
    public string? Seen { get; set; }

    /// <summary>Which of it somebody else has changed since, by the names of the fields.</summary>
    [Carried]
    public string? ByOthers { get; set; }

    /// <summary>What somebody else made of it.</summary>
    public IEnumerable<(string Field, string Value)> Theirs =>
        ShownOf(Application.Client).Where(shown => ByOthers?.Split(' ').Contains(shown.Field) == true);

    public override string Tab => "overview";

    /// <summary>The address really came for this application lately and could be registered; any other in the query is nothing.</summary>
    public bool IsOffered { get; private set; }

    /// <summary>What this administrator may choose.</summary>
    public IEnumerable<SecondFactorPolicy> Policies => ApplicationForm.Policies(Reach, Application.Client.SecondFactor);

    /// <summary>Ids and names. This node may not know yet the one that the application has.</summary>
    public IEnumerable<(string Id, string Name)> Brands => brands.All.Select(brand => (brand.Id, brand.Name))
        .Concat(Application.Client.BrandId is { } own && brands.Find(own) is null ? [(own, own)] : []);

    /// <summary>Browsers come back to it.</summary>
    public static bool HasAddresses(Client client) => client.Type is not (ClientType.Machine or ClientType.Device);

    /// <summary>People sign in to it.</summary>
    public static bool HasPeople(Client client) => client.Type != ClientType.Machine;

    /// <summary>Asking less takes two people.</summary>
    public bool NeedsTwo => console.TwoPeople && HasPeople(Application.Client) && May(ConsoleAct.LoosenApplications);

    private Reach Reach => ReachIn(ConsoleAct.ChangeApplications);

    [Act(ConsoleAct.ChangeApplications)]
    public void OnGet()
    {
        IsOffered = ToAdd is { Length: > 0 }
            && Application.Refusals.Any(item => Activity.AddressOf(item) == ToAdd)
            && RedirectUriRules.FindFlaw(ToAdd, Application.Client.Type) is null;
        // What was too long to be kept is not there: then the form is filled anew, lest the next save empties the registration.
        if ((!ModelState.IsValid || Reminder is not null) && (Name ?? RedirectUris ?? SecondFactor) is not null)
        {
            return;
        }

        var client = Application.Client;
        (Name, Brand) = (client.Name, client.BrandId);
        (SecondFactor, NoTexts) = (client.SecondFactor.ToString(), !client.AcceptsTextMessages);
        RedirectUris = string.Join('\n', client.RedirectUris.Union(IsOffered ? [ToAdd!] : []));
        PostLogoutRedirectUris = string.Join('\n', client.PostLogoutRedirectUris);
        (Seen, ByOthers) = (ShownMarks.Of(ShownOf(client)), null);
    }

    [Act(ConsoleAct.ChangeApplications)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if ((await clients.ExecuteAsync(Id!, cancellation)).Failed(out _, out var client))
        {
            return NotFound();
        }

        var (redirectUris, signedOut) = (ApplicationForm.Lines(RedirectUris), ApplicationForm.Lines(PostLogoutRedirectUris));
        if (HasAddresses(client))
        {
            ApplicationForm.CheckAddresses(ModelState, "Input.RedirectUris", redirectUris, client.Type, words);
            ApplicationForm.CheckAddresses(ModelState, "Input.PostLogoutRedirectUris", signedOut, client.Type, words);
        }

        var policy = ApplicationForm.PolicyOf(SecondFactor);
        if (HasPeople(client) && policy is { } chosen && !ApplicationForm.Policies(Reach, client.SecondFactor).Contains(chosen))
        {
            ModelState.AddModelError("Input.SecondFactor", words["WeakerNotYours"]);
        }

        if (string.IsNullOrWhiteSpace(Name))
        {
            ModelState.AddModelError("Input.Name", words["NameWrong"]);
        }

        if (!ModelState.IsValid)
        {
            return Page();
        }

        ClientView? changedByOthers = null;
        LooserPolicy? looser = null;
        var outcome = await change.ExecuteAsync(
            Id!,
            current =>
            {
                changedByOthers = ShownMarks.ChangedSince(Seen, ShownOf(current)).Length > 0 ? current : null;
                return changedByOthers is null ? null : Refusal.Stale("client_id", "Somebody else has changed it meanwhile.");
            },
            current => HoldBack(current, current with
            {
                Name = Name!.Trim(),
                RedirectUris = HasAddresses(current) && WasShown(nameof(RedirectUris)) ? redirectUris : current.RedirectUris,
                PostLogoutRedirectUris = HasAddresses(current) && WasShown(nameof(PostLogoutRedirectUris))
                    ? signedOut
                    : current.PostLogoutRedirectUris,
                BrandId = HasPeople(current) && WasShown(nameof(Brand)) ? Brand : current.BrandId,
                SecondFactor = PolicyFor(current, policy),
                // A box that is not ticked is not sent, so the choice beside it tells whether it was shown.
                AcceptsTextMessages = HasPeople(current) && WasShown(nameof(SecondFactor)) ? !NoTexts : current.AcceptsTextMessages,
            }),
            cancellation);
        if (changedByOthers is not null)
        {
            ByOthers = string.Join(' ', ShownMarks.ChangedSince(Seen, ShownOf(changedByOthers)));
            Seen = ShownMarks.Of(ShownOf(changedByOthers));
            ModelState.AddModelError("", words["ChangedByOthers"]);
            return Page();
        }

        if (outcome.Failed(out var refusal, out _))
        {
            ApplicationForm.Explain(ModelState, refusal, words);
            return Page();
        }

        if (looser is null)
        {
            return SeeOther(Address("/console/application", "changed"));
        }

        var proposed = await loosening.ProposeAsync(Id!, looser, By, cancellation);
        return SeeOther(Address("/console/application/loosen", proposed.Error?.Kind switch
        {
            null => "proposed",
            RefusalKind.Taken => "taken",
            RefusalKind.TooOften => "toooften",
            _ => "gone",
        }));

        // Where two people are needed, what asks less waits for the second one; all else is saved.
        Client HoldBack(Client current, Client wanted)
        {
            looser = console.TwoPeople ? LooserPolicy.Of(current, wanted) : null;
            return looser?.OutOf(wanted) ?? wanted;
        }
    }

    /// <summary>What the form shows of a registration, and therefore may overwrite.</summary>
    private static (string Field, string Value)[] ShownOf(Client client) =>
    [
        (nameof(Name), client.Name),
        (nameof(RedirectUris), string.Join('\n', client.RedirectUris)),
        (nameof(PostLogoutRedirectUris), string.Join('\n', client.PostLogoutRedirectUris)),
        (nameof(SecondFactor), client.SecondFactor.ToString()),
        (nameof(NoTexts), client.AcceptsTextMessages ? "" : nameof(NoTexts)),
        (nameof(Brand), client.BrandId ?? ""),
    ];

    private bool WasShown(string field) => Request.Form.ContainsKey("Input." + field);

    /// <summary>Judged by the registration that is changed, which may be another than the page showed.</summary>
    private SecondFactorPolicy PolicyFor(Client current, SecondFactorPolicy? chosen) =>
        HasPeople(current) && chosen is { } policy && ApplicationForm.Policies(Reach, current.SecondFactor).Contains(policy)
            ? policy
            : current.SecondFactor;
}
