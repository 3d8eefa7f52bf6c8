using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>The new application, or the new secret: what its configuration needs, with the secret this once.</summary>
internal sealed class Added(SsoOptions options) : ApplicationPage
{
    private const string Path = "/console/applications/added";

    /// <summary>On its way from the form to this page, in a sealed cookie; nothing here keeps it.</summary>
    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(1);

    /// <summary>Null for an application without one, and whenever the page is opened again.</summary>
    [Carried]
    public string? Secret { get; set; }

    /// <summary>Where the secret is shown: on the page of its own application and on no other.</summary>
    public static string Show(PageAnswers answers, HttpContext http, ClientAdded added)
    {
        var address = PageAnswers.AddressOf(Path, "id", added.Client.Id);
        answers.Keep(http, address, ShownFor, (nameof(Secret), added.Secret));
        return address;
    }

    public override string Tab => "secrets";

    public string Issuer => options.Issuer;

    public string Discovery => $"{options.Issuer}/.well-known/openid-configuration";

    /// <summary>As a file of settings.</summary>
    public IReadOnlyList<string> Lines =>
    [
        $"SSO_ISSUER={Issuer}",
        $"SSO_CLIENT_ID={Application.Client.Id}",
        .. Secret is null ? (ReadOnlySpan<string>)[] : [$"SSO_CLIENT_SECRET={Secret}"],
    ];

    [Act(ConsoleAct.SeeApplications)]
    public void OnGet()
    {
    }
}
