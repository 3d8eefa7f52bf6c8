using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// A new application on one page: what it is called, what kind of program it is, where it runs. What follows from that is proposed, and can
/// be changed before anything is registered. Without any address it is a draft, into which nobody can sign in yet.
/// </summary>
internal sealed class Add(
    AddClient clients, PageAnswers answers, ConsoleOptions console, IStringLocalizer<Words> words) : ConsolePage
{
    private const int LongestId = 60;

    public static readonly ClientType[] Types = [ClientType.Web, ClientType.Spa, ClientType.Native, ClientType.Machine];

    [BindProperty(Name = "Input.Name"), Carried]
    public string? Name { get; set; }

    /// <summary>Null: made of the name.</summary>
    [BindProperty(Name = "Input.ClientId"), Carried]
    public string? ClientId { get; set; }

    [BindProperty(Name = "Input.Type"), Carried]
    public string? Type { get; set; }

    [BindProperty(Name = "Input.Stack"), Carried]
    public string? StackId { get; set; }

    [BindProperty(Name = "Input.Address"), Carried]
    public string? HomeAddress { get; set; }

    [BindProperty(Name = "Input.RedirectUris"), Carried]
    public string? RedirectUris { get; set; }

    [BindProperty(Name = "Input.PostLogoutRedirectUris"), Carried]
    public string? PostLogoutRedirectUris { get; set; }

    [BindProperty(Name = "Input.SecondFactor"), Carried]
    public string? SecondFactor { get; set; }

    [BindProperty(Name = "Input.NoTexts"), Carried]
    public bool NoTexts { get; set; }

    /// <summary>The addresses have just been proposed.</summary>
    [Carried]
    public bool IsProposed { get; set; }

    public ClientType Chosen => Enum.TryParse<ClientType>(Type, out var type) && Types.Contains(type) ? type : ClientType.Web;

    public SecondFactorPolicy Policy => ApplicationForm.PolicyOf(SecondFactor) ?? SecondFactorPolicy.Required;

    /// <summary>
    /// What this administrator may choose. Where asking less takes two people, nobody adds what asks less: it is proposed afterwards.
    /// </summary>
    public IEnumerable<SecondFactorPolicy> Policies => ApplicationForm.Policies(
        console.TwoPeople ? Reach.Own : ReachIn(ConsoleAct.AddApplications), SecondFactorPolicy.Required);

    [Act(ConsoleAct.AddApplications)]
    public void OnGet()
    {
    }

    /// <summary>Fills in the type and the addresses, and registers nothing.</summary>
    [Act(ConsoleAct.AddApplications, ChangesNothing = true)]
    public IActionResult OnPostPropose()
    {
        var (home, stack) = (FindAddress(), StackPreset.Find(StackId));
        if (!ModelState.IsValid)
        {
            return Page();
        }

        Type = $"{stack?.Type ?? Chosen}";
        if (StackPreset.Propose(Described([], []), home, stack) is { } proposed)
        {
            (RedirectUris, PostLogoutRedirectUris) =
                (string.Join('\n', proposed.RedirectUris), string.Join('\n', proposed.PostLogoutRedirectUris));
            IsProposed = true;
        }
        else
        {
            ModelState.AddModelError("Input.Address", words["HomeEmpty"]);
        }

        return Page();
    }

    [Act(ConsoleAct.AddApplications)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            ModelState.AddModelError("Input.Name", words["NameWrong"]);
        }

        if (Chosen != ClientType.Machine && !Policies.Contains(Policy))
        {
            ModelState.AddModelError("Input.SecondFactor", words["WeakerNotYours"]);
        }

        var stack = StackPreset.Find(StackId);
        if (stack is not null && stack.Type != Chosen)
        {
            ModelState.AddModelError("Input.Stack", words["StackWrong", stack.Title, words[$"Type{stack.Type}"]]);
        }

        var wanted = Described(ApplicationForm.Lines(RedirectUris), ApplicationForm.Lines(PostLogoutRedirectUris));
        if (FindAddress() is { } home && wanted.RedirectUris.Count == 0)
        {
            wanted = StackPreset.Propose(wanted, home, stack) ?? wanted;
        }

        ApplicationForm.CheckAddresses(ModelState, "Input.RedirectUris", wanted.RedirectUris, wanted.Type, words);
        ApplicationForm.CheckAddresses(ModelState, "Input.PostLogoutRedirectUris", wanted.PostLogoutRedirectUris, wanted.Type, words);
        if (!ModelState.IsValid)
        {
            return Page();
        }

        var manager = ReachIn(ConsoleAct.AddApplications) == Reach.Own ? PersonId : (Guid?)null;
        if ((await clients.ExecuteAsync(wanted, manager, cancellation)).Failed(out var refusal, out var added))
        {
            ApplicationForm.Explain(ModelState, refusal, words);
            return Page();
        }

        return SeeOther(Added.Show(answers, HttpContext, added, stack));
    }

    private Client Described(IReadOnlyList<string> redirectUris, IReadOnlyList<string> postLogoutRedirectUris) => new()
    {
        Id = string.IsNullOrWhiteSpace(ClientId) ? IdOf(Name ?? "") : ClientId.Trim(),
        Name = Name?.Trim() ?? "",
        Type = Chosen,
        RedirectUris = redirectUris,
        PostLogoutRedirectUris = postLogoutRedirectUris,
        SecondFactor = Chosen == ClientType.Machine ? SecondFactorPolicy.Required : Policy,
        AcceptsTextMessages = !NoTexts,
    };

    /// <summary>Null if none was typed; an error as well if it is none.</summary>
    private Uri? FindAddress()
    {
        if (string.IsNullOrWhiteSpace(HomeAddress))
        {
            return null;
        }

        if (StackPreset.AddressOf(HomeAddress) is { } address)
        {
            return address;
        }

        ModelState.AddModelError("Input.Address", words["HomeWrong"]);
        return null;
    }

    /// <summary>"Area Clienti" is area-clienti: letters and digits that every program can write.</summary>
    private static string IdOf(string name)
    {
        var id = new StringBuilder();
        foreach (var character in name.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                id.Append(character);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark && id.Length > 0 && id[^1] != '-')
            {
                id.Append('-');
            }
        }

        return id.ToString(0, Math.Min(id.Length, LongestId)).Trim('-');
    }
}
