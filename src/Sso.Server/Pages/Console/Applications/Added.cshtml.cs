using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// The new application, or the new secret: what its configuration needs, with the secret this once, and what its author writes. Opened
/// again it shows all but the secret.
/// </summary>
internal sealed class Added(SsoOptions options) : ApplicationPage
{
    private const string Path = "/console/applications/added";

    /// <summary>On its way from the form to this page, in a sealed cookie; nothing here keeps it.</summary>
    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(1);

    /// <summary>Null for an application without one, and whenever the page is opened again.</summary>
    [Carried]
    public string? Secret { get; set; }

    /// <summary>The other secrets were compromised, and ended with what they had got.</summary>
    [Carried]
    public bool OthersEnded { get; set; }

    /// <summary>With what it is built; null if nobody said that.</summary>
    [BindProperty(SupportsGet = true, Name = "stack")]
    public string? StackId { get; set; }

    public StackPreset? Stack { get; private set; }

    /// <summary>Null where there is nothing to show: no stack, one for another type of application, or no address.</summary>
    public string? Snippet { get; private set; }

    /// <summary>What an application of this type is built with.</summary>
    public IEnumerable<StackPreset> Stacks => StackPreset.All.Where(stack => stack.Type == Application.Client.Type);

    public string Pitfall => Stack!.Pitfall(Language);

    public string EndsHow => Stack!.SignOut(Language);

    private static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    /// <summary>Where the secret is shown: on the page of its own application and on no other.</summary>
    public static string Show(
        PageAnswers answers, HttpContext http, ClientAdded added, StackPreset? stack, bool othersEnded = false)
    {
        var address = PageAnswers.AddressOf(Path, "id", added.Client.Id) + (stack is null ? "" : $"&stack={stack.Id}");
        answers.Keep(http, address, ShownFor, (nameof(Secret), added.Secret), (nameof(OthersEnded), othersEnded));
        return address;
    }

    public override string Tab => "secrets";

    public string Issuer => options.Issuer;

    public string Discovery => $"{options.Issuer}/.well-known/openid-configuration";

    /// <summary>As a file of settings.</summary>
    public IReadOnlyList<string> Lines => DotEnv.Lines(Issuer, Application.Client.Id, Secret);

    [Act(ConsoleAct.SeeApplications)]
    public void OnGet()
    {
        Stack = StackPreset.Find(StackId);
        Snippet = Stack?.SnippetFor(Application.Client, Issuer);
    }
}
