using System.CommandLine;
using Sso.Admin.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client add</c>.</summary>
internal static class ClientAddCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id, such as my-shop." };
    private static readonly Option<string> Name = new("--name") { Description = "What people read on the sign-in page.", Required = true };
    private static readonly Option<string> Type = Choice<ClientType>("--type", "What kind of program it is.", required: true);
    private static readonly Option<string[]> RedirectUris = Many("--redirect-uri", "Where the browser comes back to with the code.");
    private static readonly Option<string[]> PostLogoutRedirectUris = Many("--post-logout-redirect-uri", "Where the browser comes back to after sign-out.");
    private static readonly Option<string[]> Origins = Many("--origin", "Pages that may call Sso (type spa). Taken from the redirect URIs when left out.");
    private static readonly Option<string[]> Scopes = Many(
        "--scope", "Scopes beyond the usual openid profile email: address, phone, last_access, those of an API.");
    private static readonly Option<string> SecondFactor = Choice<SecondFactorPolicy>("--second-factor", "What it demands beyond the password. [required]");
    private static readonly Option<int> Grace = new("--grace") { Description = "Sign-ins that a person may make before a second factor must be enrolled." };
    private static readonly Option<bool> NoTextMessages = new("--no-text-messages") { Description = "Codes sent by text message are not enough." };
    private static readonly Option<bool> MailCodes = new("--mail-codes") { Description = "For people without a second factor, a code by mail is enough." };
    private static readonly Option<bool> TrustDevices = new("--trust-devices") { Description = "On a browser that a person had remembered, the password is enough for 30 days." };
    private static readonly Option<string[]> ExchangeFor = Many("--exchange-for", "Resources for which it may exchange the tokens that it is called with.");
    private static readonly Option<bool> Ciba = new("--ciba") { Description = "It may ask people who are not before it; they answer in the account area (CIBA)." };
    private static readonly Option<string> CibaNotify = new("--ciba-notify") { Description = "Where it is told of their answer. Left out: it polls." };
    private static readonly Option<string> Brand = new("--brand") { Description = "The brand of its pages. Left out: that of the host." };
    private static readonly Option<string> IdTokenAlg = new("--id-token-alg") { Description = "Signs its ID tokens: RS256, ES256, PS256 or ES384. [RS256]" };
    private static readonly Option<string> IntrospectionAlg = new("--introspection-alg") { Description = "Signs what introspection answers it. [RS256]" };
    private static readonly Option<string> AuthorizationAlg = new("--authorization-alg") { Description = "Signs its answers in response_mode jwt. [RS256]" };
    private static readonly Option<bool> RequirePar = new("--require-par") { Description = "Authorization requests must be pushed (RFC 9126)." };
    private static readonly Option<bool> RequireSigned = new("--require-signed-requests") { Description = "Authorization requests must be signed request objects (RFC 9101)." };
    private static readonly Option<string[]> RequestUris = Many("--request-uri", "Where its request objects may be fetched, without a fragment.");
    private static readonly Option<string> RequestAlg = new("--request-object-alg") { Description = "Must sign its request objects. Left out: RS256, ES256, PS256 or ES384." };
    private static readonly Option<string> UserInfoAlg = new("--userinfo-alg") { Description = "Signs what userinfo answers it. Left out: plain JSON." };
    private static readonly Option<string> UserInfoEncryption = new("--userinfo-encryption") { Description = EncryptionHelp("userinfo") };
    private static readonly Option<string> IdTokenEncryption = new("--id-token-encryption") { Description = EncryptionHelp("its ID tokens") };
    private static readonly Option<string[]> DetailTypes = Many("--authorization-type", "Types of authorization_details that it may ask for (sso authorization-type list).");
    private static readonly Option<bool> IdTokenResponses = new("--id-token-responses")
    {
        Description = "ID tokens may come back through the browser: response types id_token and code id_token, where the server offers them.",
    };

    private static readonly Option<string> BackchannelLogout = new("--backchannel-logout-uri") { Description = "Where Sso posts that a session is over, from server to server." };
    private static readonly Option<string> FrontchannelLogout = new("--frontchannel-logout-uri") { Description = "What the browser loads when a session is over." };
    private static readonly Option<bool> FrontchannelSession = new("--frontchannel-logout-session") { Description = "Adds iss and sid to that address." };
    private static readonly Option<string> InitiateLogin = new("--initiate-login-uri") { Description = "Where a sign-in starts that begins in the account area." };
    private static readonly Option<bool> Pairwise = new("--pairwise") { Description = "People have a subject of their own at its sector (OIDC Core §8)." };
    private static readonly Option<string> SectorIdentifier = new("--sector-identifier-uri") { Description = "Lists the redirect URIs of the sector, when they have several hosts." };
    private static readonly Option<bool> NoPkce = new("--no-pkce") { Description = "For an older web application that cannot send a code challenge." };

    public static Command Build(CommandHost host)
    {
        var add = new Command("add", "Register a client. Its secret is shown once.")
        {
            Id, Name, Type, RedirectUris, PostLogoutRedirectUris, Origins, Scopes, SecondFactor, Grace, NoTextMessages, MailCodes, TrustDevices,
            ExchangeFor, Ciba, CibaNotify, Brand, IdTokenAlg, IntrospectionAlg, AuthorizationAlg, RequirePar, RequireSigned, RequestUris, RequestAlg,
            UserInfoAlg, UserInfoEncryption, IdTokenEncryption, DetailTypes, IdTokenResponses, NoPkce,
            BackchannelLogout, FrontchannelLogout, FrontchannelSession, InitiateLogin, Pairwise, SectorIdentifier,
        };
        foreach (var option in ClientSecurityOptions.All)
        {
            add.Options.Add(option);
        }

        add.SetAction((parsed, cancellation) =>
        {
            Task<int> RunAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation) =>
                AddAsync(ClientSecurityOptions.Apply(parsed, Read(parsed)), services, output, cancellation);
            return ClientSecurityOptions.NeedSecrets(parsed)
                ? host.OnDatabaseWithSecretsAsync(parsed, RunAsync, cancellation)
                : host.OnDatabaseAsync(parsed, RunAsync, cancellation);
        });
        return add;
    }

    private static NewClient Read(ParseResult parsed) => new()
    {
        ClientId = parsed.GetRequiredValue(Id),
        Name = parsed.GetRequiredValue(Name),
        Type = Words.Parse<ClientType>(parsed.GetRequiredValue(Type)),
        RedirectUris = [.. parsed.GetValue(RedirectUris) ?? []],
        PostLogoutRedirectUris = [.. parsed.GetValue(PostLogoutRedirectUris) ?? []],
        Origins = [.. parsed.GetValue(Origins) ?? []],
        // One option may hold several scopes, as a scope parameter does.
        Scopes = [.. (parsed.GetValue(Scopes) ?? []).SelectMany(scopes => scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct()],
        SecondFactor = parsed.GetValue(SecondFactor) is { } word ? Words.Parse<SecondFactorPolicy>(word) : SecondFactorPolicy.Required,
        GraceSignIns = parsed.GetValue(Grace),
        AcceptsTextMessages = !parsed.GetValue(NoTextMessages),
        AcceptsMailCodes = parsed.GetValue(MailCodes),
        AcceptsTrustedDevices = parsed.GetValue(TrustDevices),
        BackchannelLogoutUri = parsed.GetValue(BackchannelLogout),
        FrontchannelLogoutUri = parsed.GetValue(FrontchannelLogout),
        FrontchannelLogoutSessionRequired = parsed.GetValue(FrontchannelSession),
        Pairwise = parsed.GetValue(Pairwise),
        SectorIdentifierUri = parsed.GetValue(SectorIdentifier),
        InitiateLoginUri = parsed.GetValue(InitiateLogin),
        ExchangeTargets = [.. (parsed.GetValue(ExchangeFor) ?? []).Distinct()],
        AsksByBackchannel = parsed.GetValue(Ciba),
        NotificationUri = parsed.GetValue(CibaNotify),
        BrandId = parsed.GetValue(Brand),
        IdTokenSigningAlgorithm = parsed.GetValue(IdTokenAlg) ?? SigningAlgorithms.RS256,
        IntrospectionSigningAlgorithm = parsed.GetValue(IntrospectionAlg) ?? SigningAlgorithms.RS256,
        RequirePkce = !parsed.GetValue(NoPkce),
        RequiresPushedRequests = parsed.GetValue(RequirePar),
        RequiresSignedRequests = parsed.GetValue(RequireSigned),
        RequestUris = [.. parsed.GetValue(RequestUris) ?? []],
        RequestObjectSigningAlgorithm = parsed.GetValue(RequestAlg),
        UserInfoSigningAlgorithm = parsed.GetValue(UserInfoAlg),
        UserInfoEncryption = Encryption(parsed.GetValue(UserInfoEncryption)),
        IdTokenEncryption = Encryption(parsed.GetValue(IdTokenEncryption)),
        AuthorizationDetailTypes = [.. parsed.GetValue(DetailTypes) ?? []],
        AllowsIdTokenResponses = parsed.GetValue(IdTokenResponses),
        AuthorizationSigningAlgorithm = parsed.GetValue(AuthorizationAlg) ?? SigningAlgorithms.RS256,
    };

    private static async Task<int> AddAsync(NewClient input, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        if ((await services.GetRequiredService<AddClient>().ExecuteAsync(input, cancellation)).Refused(out var refusal, out var added))
        {
            return output.Refuse(refusal);
        }

        var issuer = services.GetRequiredService<IConfiguration>()["Sso:Issuer"];
        var document = new ClientAddedDocument(added.Client.ClientId, added.Secret, issuer, added.Client, added.Warnings);
        return output.Done(document, CommandJson.Readable.ClientAddedDocument, people =>
        {
            people.Say($"Added the client {added.Client.ClientId}.");
            ClientCommands.Describe(people, added.Client);
            people.Facts(("Issuer", issuer), ("Secret", added.Secret));
            if (added.Secret is not null)
            {
                people.Note("Copy the secret now: it is stored as a hash and is never shown again.");
            }

            people.Warn(added.Warnings);
        });
    }

    private static Option<string[]> Many(string name, string description) => new(name)
    {
        Description = description + " May be repeated.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static string EncryptionHelp(string what) =>
        $"Encrypts {what} to its key: {string.Join(" or ", TokenEncryption.Algorithms)}, and after a comma {string.Join(" or ", TokenEncryption.Contents)} (the first when left out).";

    private static TokenEncryption? Encryption(string? value) => value?.Split(',') is [var algorithm, .. var rest]
        ? TokenEncryption.Of(algorithm, rest.Length == 0 ? null : string.Join(',', rest))
        : null;

    private static Option<string> Choice<TEnum>(string name, string description, bool required = false)
        where TEnum : struct, Enum => new Option<string>(name) { Description = description, Required = required }.AcceptOnlyFromAmong(Words.All<TEnum>());
}
