using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary>A registration as people read it; what is usual is left out.</summary>
internal static class ClientWords
{
    public static void Describe(CommandOutput people, ClientView client) => people.Facts(
        ("Client id", client.Id),
        ("Name", client.Name),
        ("Type", CommandWords.Of(client.Type)),
        ("Authenticates by", client.AuthenticationMethod.Name()),
        ("Keys", client.JwksUri ?? client.KeySet?.ToString()),
        ("Secrets", client.SecretCount > 1 ? $"{client.SecretCount}, while one is changed" : null),
        ("Certificate for", client.TlsSubject),
        ("Profile", client.Profile == ClientProfile.Ordinary ? null : CommandWords.Of(client.Profile)),
        ("Tokens", client.DpopBound ? "bound to a key (DPoP)" : client.CertificateBound ? "bound to the certificate" : null),
        ("Grants", string.Join(' ', client.GrantTypes)),
        ("Scopes", CommandWords.List(client.Scopes, " ")),
        ("Redirect URIs", CommandWords.List(client.RedirectUris, "\n")),
        ("After sign-out", CommandWords.List(client.PostLogoutRedirectUris, "\n")),
        ("Origins", CommandWords.List(client.Origins, "\n")),
        ("Second factor", SecondFactor(client)),
        ("Consent", client.ConsentRequired ? "asked once" : null),
        ("PKCE", client.Type is ClientType.Machine or ClientType.Device ? null : client.RequirePkce ? "required" : "not required"),
        ("Requests", Requests(client)),
        ("Request objects", CommandWords.List(client.RequestUris, "\n")),
        ("Asks in detail for", CommandWords.List(client.AuthorizationDetailTypes, "\n")),
        ("Userinfo", Answer(client.UserInfoSigningAlgorithm, client.UserInfoEncryption)),
        ("ID tokens encrypted", Answer(algorithm: null, client.IdTokenEncryption)),
        ("ID tokens tell", client.IdTokenClaims ? "what the scopes bring" : null),
        ("ID tokens in answers", client.AllowsIdTokenResponses ? "allowed" : null),
        ("Signed answers", client.Type == ClientType.Machine ? null : client.AuthorizationSigningAlgorithm),
        ("ID tokens", client.Type == ClientType.Machine ? null : client.IdTokenSigningAlgorithm),
        ("Introspection", client.IntrospectionSigningAlgorithm),
        ("Told of sign-outs at", client.BackchannelLogoutUri),
        ("Loaded at sign-out", client.FrontchannelLogoutUri),
        ("Sign-in starts at", client.InitiateLoginUri),
        ("Subjects", client.Sector is null ? null : $"pairwise, for {client.Sector}"),
        ("Verified", client.IsUnverified ? "no, it registered itself" : null),
        ("Told of answers at", client.NotificationUri),
        ("Exchanges tokens for", CommandWords.List(client.ExchangeTargets, "\n")),
        ("Brand", client.BrandId),
        ("Added", CommandOutput.Time(client.CreatedAt)),
        ("State", State(client)));

    private static string State(ClientView client) => client switch
    {
        { DisabledAt: { } since } => $"off since {CommandOutput.Time(since)}",
        { IsDraft: true } => $"incomplete: nobody can sign in before it has a redirect URI (sso client set {client.Id} --redirect-uri …)",
        _ => "on",
    };

    private static string? Answer(string? algorithm, TokenEncryption? encryption) =>
        algorithm is null && encryption is null
            ? null
            : string.Join(", ", new[] { algorithm, encryption?.Algorithm, encryption?.Content }.OfType<string>());

    private static string? Requests(ClientView client)
    {
        string[] demands =
        [
            .. client.RequiresPushedRequests ? (string[])["must be pushed"] : [],
            .. client.RequiresSignedRequests ? (string[])["must be signed"] : [],
            .. client.RequestObjectSigningAlgorithm is { } algorithm ? (string[])[$"request objects by {algorithm}"] : [],
        ];
        return demands.Length == 0 ? null : string.Join(", ", demands);
    }

    public static string? SecondFactor(ClientView client) => client.Type == ClientType.Machine
        ? null
        : CommandWords.Of(client.SecondFactor)
            + (client.GraceSignIns > 0 ? $", after {client.GraceSignIns} sign-ins" : "")
            + (client.AcceptsTextMessages ? "" : ", no text messages")
            + (client.AcceptsMailCodes ? ", codes by mail" : "")
            + (client.AcceptsTrustedDevices ? ", spared on trusted devices" : "");
}
