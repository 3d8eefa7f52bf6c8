using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary>
/// The options of <c>sso client add</c> and <c>sso client set</c>: what is left out stays as it is, "" removes a value or a whole list, and
/// a switch takes false.
/// </summary>
internal static class ClientOptionSet
{
    private static readonly Option<string> Name = new("--name") { Description = "What people read on the sign-in page." };
    public static readonly Option<string[]> RedirectUris = Many("--redirect-uri", "Where the browser comes back to with the code.");
    private static readonly Option<string[]> PostLogoutRedirectUris = Many(
        "--post-logout-redirect-uri", "Where the browser comes back to after sign-out.");
    private static readonly Option<string[]> Origins = Many(
        "--origin", "Pages that may call Sso (type spa). Taken from the redirect URIs when left out.");
    private static readonly Option<string[]> Scopes = Many(
        "--scope", "Scopes beyond the usual openid profile email: address, phone, last_access, those of an API.");
    private static readonly Option<string> SecondFactor = Choice<SecondFactorPolicy>(
        "--second-factor", "What it demands beyond the password. Left out: required.");
    private static readonly Option<int> Grace =
        new("--grace") { Description = "Sign-ins that a person may make before a second factor must be enrolled." };
    private static readonly Option<bool> NoTextMessages =
        new("--no-text-messages") { Description = "Codes sent by text message are not enough." };
    private static readonly Option<bool> MailCodes =
        new("--mail-codes") { Description = "For people without a second factor, a code by mail is enough." };
    private static readonly Option<bool> TrustDevices =
        new("--trust-devices") { Description = "On a browser that a person had remembered, the password is enough for 30 days." };
    private static readonly Option<bool> Consent =
        new("--consent") { Description = "People are asked once whether it may have what it asks for." };
    private static readonly Option<string[]> ExchangeFor = Many(
        "--exchange-for", "Resources for which it may exchange the tokens that it is called with.");
    private static readonly Option<bool> Ciba =
        new("--ciba") { Description = "It may ask people who are not before it; they answer in the account area (CIBA)." };
    private static readonly Option<string> CibaNotify =
        new("--ciba-notify") { Description = "Where it is told of their answer. Left out: it polls." };
    private static readonly Option<string> Brand = new("--brand") { Description = "The brand of its pages. Left out: that of the host." };
    private static readonly Option<string> IdTokenAlg =
        new("--id-token-alg") { Description = "Signs its ID tokens: RS256, ES256, PS256 or ES384. [RS256]" };
    private static readonly Option<string> IntrospectionAlg =
        new("--introspection-alg") { Description = "Signs what introspection answers it. [RS256]" };
    private static readonly Option<string> AuthorizationAlg =
        new("--authorization-alg") { Description = "Signs its answers in response_mode jwt. [RS256]" };
    private static readonly Option<bool> RequirePar =
        new("--require-par") { Description = "Authorization requests must be pushed (RFC 9126)." };
    private static readonly Option<bool> RequireSigned =
        new("--require-signed-requests") { Description = "Authorization requests must be signed request objects (RFC 9101)." };
    private static readonly Option<string[]> RequestUris = Many(
        "--request-uri", "Where its request objects may be fetched, without a fragment.");
    private static readonly Option<string> RequestAlg =
        new("--request-object-alg") { Description = "Must sign its request objects. Left out: RS256, ES256, PS256 or ES384." };
    private static readonly Option<string> UserInfoAlg =
        new("--userinfo-alg") { Description = "Signs what userinfo answers it. Left out: plain JSON." };
    private static readonly Option<string> UserInfoEncryption = new("--userinfo-encryption") { Description = EncryptionHelp("userinfo") };
    private static readonly Option<string> IdTokenEncryption =
        new("--id-token-encryption") { Description = EncryptionHelp("its ID tokens") };
    private static readonly Option<string[]> DetailTypes = Many(
        "--authorization-type", "Types of authorization_details that it may ask for (sso authorization-type list).");
    private static readonly Option<bool> IdTokenResponses = new("--id-token-responses")
    {
        Description = "ID tokens may come back through the browser: response types id_token and code id_token, "
            + "where the server offers them.",
    };

    private static readonly Option<bool> IdTokenClaims = new("--id-token-claims")
    {
        Description = "ID tokens tell what the scopes bring (name, e-mail), for applications that never ask userinfo.",
    };

    private static readonly Option<string> BackchannelLogout =
        new("--backchannel-logout-uri") { Description = "Where Sso posts that a session is over, from server to server." };
    private static readonly Option<string> FrontchannelLogout =
        new("--frontchannel-logout-uri") { Description = "What the browser loads when a session is over." };
    private static readonly Option<bool> FrontchannelSession =
        new("--frontchannel-logout-session") { Description = "Adds iss and sid to that address." };
    private static readonly Option<string> InitiateLogin =
        new("--initiate-login-uri") { Description = "Where a sign-in starts that begins in the account area." };
    private static readonly Option<bool> NoPkce =
        new("--no-pkce") { Description = "For an older web application that cannot send a code challenge." };

    /// <summary>What nearly every registration needs.</summary>
    private static readonly Option[] Usual = [Name, RedirectUris, PostLogoutRedirectUris, Scopes, SecondFactor, Brand];

    public static readonly IReadOnlyList<OptionGroup> Groups =
    [
        new("Signing in", [Grace, NoTextMessages, MailCodes, TrustDevices, Consent, InitiateLogin]),
        new("Signing out", [BackchannelLogout, FrontchannelLogout, FrontchannelSession]),
        new("How it proves itself, and to what its tokens are bound", ClientSecurityOptions.All),
        new("How it asks", [Origins, NoPkce, RequirePar, RequireSigned, RequestUris, RequestAlg, DetailTypes, IdTokenResponses]),
        new(
            "What it gets back",
            [IdTokenClaims, IdTokenAlg, IdTokenEncryption, UserInfoAlg, UserInfoEncryption, AuthorizationAlg, IntrospectionAlg]),
        new("Other grants", [ExchangeFor, Ciba, CibaNotify]),
    ];

    public static void AddTo(Command command)
    {
        foreach (var option in Usual.Concat(Groups.SelectMany(group => group.Options)))
        {
            command.Options.Add(option);
        }
    }

    public static Client Apply(ParseResult parsed, Client client) => ClientSecurityOptions.Apply(parsed, Messages(parsed, client with
    {
        Name = parsed.GetValue(Name) ?? client.Name,
        RedirectUris = List(parsed, RedirectUris, client.RedirectUris),
        PostLogoutRedirectUris = List(parsed, PostLogoutRedirectUris, client.PostLogoutRedirectUris),
        Origins = List(parsed, Origins, client.Origins),
        // One option may hold several scopes, as a scope parameter does.
        Scopes =
        [
            .. List(parsed, Scopes, client.Scopes)
                .SelectMany(scopes => scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(),
        ],
        SecondFactor = parsed.GetValue(SecondFactor) is { } word ? CommandWords.Parse<SecondFactorPolicy>(word) : client.SecondFactor,
        GraceSignIns = Value(parsed, Grace, client.GraceSignIns),
        AcceptsTextMessages = !Value(parsed, NoTextMessages, !client.AcceptsTextMessages),
        AcceptsMailCodes = Value(parsed, MailCodes, client.AcceptsMailCodes),
        AcceptsTrustedDevices = Value(parsed, TrustDevices, client.AcceptsTrustedDevices),
        ConsentRequired = Value(parsed, Consent, client.ConsentRequired),
        BackchannelLogoutUri = Text(parsed, BackchannelLogout, client.BackchannelLogoutUri),
        FrontchannelLogoutUri = Text(parsed, FrontchannelLogout, client.FrontchannelLogoutUri),
        FrontchannelLogoutSessionRequired = Value(parsed, FrontchannelSession, client.FrontchannelLogoutSessionRequired),
        InitiateLoginUri = Text(parsed, InitiateLogin, client.InitiateLoginUri),
        ExchangeTargets = [.. List(parsed, ExchangeFor, client.ExchangeTargets).Distinct()],
        AsksByBackchannel = Value(parsed, Ciba, client.AsksByBackchannel),
        // A notification address implies the back channel too: removing that removes both.
        NotificationUri = Text(parsed, CibaNotify, Value(parsed, Ciba, true) ? client.NotificationUri : null),
        BrandId = Text(parsed, Brand, client.BrandId),
        RequirePkce = !Value(parsed, NoPkce, !client.RequirePkce),
        AuthorizationDetailTypes = List(parsed, DetailTypes, client.AuthorizationDetailTypes),
        AllowsIdTokenResponses = Value(parsed, IdTokenResponses, client.AllowsIdTokenResponses),
        IdTokenClaims = Value(parsed, IdTokenClaims, client.IdTokenClaims),
    }));

    /// <summary>How requests are sent, and what is signed and encrypted.</summary>
    private static Client Messages(ParseResult parsed, Client client) => client with
    {
        RequiresPushedRequests = Value(parsed, RequirePar, client.RequiresPushedRequests),
        RequiresSignedRequests = Value(parsed, RequireSigned, client.RequiresSignedRequests),
        RequestUris = List(parsed, RequestUris, client.RequestUris),
        RequestObjectSigningAlgorithm = Text(parsed, RequestAlg, client.RequestObjectSigningAlgorithm),
        IdTokenSigningAlgorithm = parsed.GetValue(IdTokenAlg) ?? client.IdTokenSigningAlgorithm,
        IntrospectionSigningAlgorithm = parsed.GetValue(IntrospectionAlg) ?? client.IntrospectionSigningAlgorithm,
        AuthorizationSigningAlgorithm = parsed.GetValue(AuthorizationAlg) ?? client.AuthorizationSigningAlgorithm,
        UserInfoSigningAlgorithm = Text(parsed, UserInfoAlg, client.UserInfoSigningAlgorithm),
        UserInfoEncryption = Encryption(parsed, UserInfoEncryption, client.UserInfoEncryption),
        IdTokenEncryption = Encryption(parsed, IdTokenEncryption, client.IdTokenEncryption),
    };

    /// <summary>A switch has a result even if nobody typed it.</summary>
    internal static T Value<T>(ParseResult parsed, Option<T> option, T current) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : current;

    internal static string? Text(ParseResult parsed, Option<string> option, string? current) => parsed.GetValue(option) switch
    {
        null => current,
        "" => null,
        var text => text,
    };

    private static IReadOnlyList<string> List(ParseResult parsed, Option<string[]> option, IReadOnlyList<string> current) =>
        parsed.GetResult(option) is null ? current : [.. (parsed.GetValue(option) ?? []).Where(item => item.Length > 0)];

    private static Option<string[]> Many(string name, string description) => new(name)
    {
        Description = description + " May be repeated.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static string EncryptionHelp(string what) =>
        $"Encrypts {what} to its key: {string.Join(" or ", TokenEncryption.Algorithms)}, and after a comma "
        + $"{string.Join(" or ", TokenEncryption.Contents)} (the first when left out).";

    private static TokenEncryption? Encryption(ParseResult parsed, Option<string> option, TokenEncryption? current) =>
        parsed.GetValue(option)?.Split(',') switch
        {
            null => current,
            [""] => null,
            [var algorithm, .. var rest] => TokenEncryption.Of(algorithm, rest.Length == 0 ? null : string.Join(',', rest)),
            _ => null,
        };

    private static Option<string> Choice<TEnum>(string name, string description)
        where TEnum : struct, Enum => new Option<string>(name) { Description = description }.AcceptOnlyFromAmong(CommandWords.All<TEnum>());
}
