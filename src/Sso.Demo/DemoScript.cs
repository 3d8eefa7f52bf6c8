namespace Sso.Demo;

/// <summary>What the demo is made of, whoever runs it: the settings of its two programs, and the commands that fill its database.</summary>
/// <param name="issuer">Where the server is.</param>
/// <param name="clientUrl">Where the client area is.</param>
/// <param name="secondFactor">"required", or "when-enrolled", with which customers turn on two-factor authentication themselves.</param>
internal sealed class DemoScript(string issuer, string clientUrl, string secondFactor)
{
    public const string UserName = "anna";
    public const string Password = "limone-barca-stella";
    public const string ClientId = "area-clienti";
    public const string Register = "client add my-app --name \"My app\" --stack node --url http://127.0.0.1:3000";
    private const string Email = "anna@example.com";

    /// <summary>Of the server, by their names in the environment; where it keeps things is not among them.</summary>
    public IReadOnlyDictionary<string, string> ServerSettings { get; } = new Dictionary<string, string>
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["ASPNETCORE_URLS"] = issuer,
        ["Sso__Issuer"] = issuer,
        // Thrown away with the demo, and somebody is waiting for it to start: larger ones take seconds to make.
        ["Keys__RsaBits"] = "2048",
        ["Delivery__Routes__0"] = "outbox",
        ["SignIn__AccountPolicy"] = secondFactor,
        // The client area is on this machine, where the server calls nobody unless told to.
        ["Outgoing__AllowedHosts__0"] = new Uri(clientUrl).Authority,
        ["AuthorizationTypes__0__Type"] = "domain_transfer",
        ["AuthorizationTypes__0__English"] = "transfer a domain",
        ["AuthorizationTypes__0__Italian"] = "trasferire un dominio",
        ["AuthorizationTypes__0__Fields__domain"] = "string!",
        ["AuthorizationTypes__0__Fields__to"] = "object",
        ["Brand__Name"] = "Sso",
        ["Brand__PrivacyUrl"] = clientUrl + "/info/privacy",
        ["Brand__AboutUrl"] = clientUrl + "/info/about",
        ["Brand__ContactUrl"] = clientUrl + "/info/contact",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    /// <summary>Registers the client area; its secret is in the JSON that the command prints.</summary>
    public IReadOnlyList<string> AddClient { get; } =
    [
        "client", "add", ClientId, "--name", "Area Clienti / Client Area", "--type", "web",
        "--redirect-uri", clientUrl + "/callback", "--post-logout-redirect-uri", clientUrl + "/signedout",
        "--backchannel-logout-uri", clientUrl + "/backchannel-logout",
        "--scope", "address", "--scope", "phone", "--scope", "last_access", "--authorization-type", "domain_transfer",
        "--second-factor", secondFactor, "--json",
    ];

    /// <summary>Registers something that shows a code (RFC 8628), to be asked for by hand.</summary>
    public IReadOnlyList<string> AddDevice { get; } =
        ["client", "add", "televisore", "--name", "Televisore", "--type", "device", "--second-factor", secondFactor];

    /// <summary>Registers the customer, whose password it reads.</summary>
    public IReadOnlyList<string> AddCustomer { get; } =
    [
        "user", "add", UserName, "--email", Email, "--email-verified", "--given-name",
        "Anna", "--family-name", "Bianchi", "--birthdate", "1985-04-30",
        "--zoneinfo", "Europe/Rome", "--locale", "it", "--street-address", "Via Roma 1",
        "--locality", "Arezzo", "--region", "AR", "--postal-code", "52100",
        "--country", "IT", "--password-stdin",
    ];

    /// <summary>Of the client area, by their names in the environment.</summary>
    /// <param name="secret">Its client secret.</param>
    public IReadOnlyDictionary<string, string> ClientSettings(string secret) => new Dictionary<string, string>
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["ASPNETCORE_URLS"] = clientUrl,
        ["ClientArea__Authority"] = issuer,
        ["ClientArea__ClientId"] = ClientId,
        ["ClientArea__ClientSecret"] = secret,
        ["ClientArea__PublicUrl"] = clientUrl,
        ["Logging__LogLevel__Default"] = "Warning",
    };
}
