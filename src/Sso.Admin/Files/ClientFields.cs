using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Sso.Admin.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Files;

/// <summary>An application in a file: every option of <c>sso client add</c>, and whether it is off. Tests hold both equal.</summary>
internal static class ClientFields
{
    public const string Type = "type";
    public const string Pairwise = "pairwise";
    public const string Authentication = "auth";

    /// <summary>Left out, a file says nothing about it: an application that was switched off stays off.</summary>
    public const string Disabled = "disabled";

    public static readonly ImmutableArray<FileField<Client>> All =
    [
        FileFields.Text<Client>("name", client => client.Name, (client, text) => client with { Name = text ?? "" })
            with { IsNeeded = true },
        Choice<ClientType>(Type, client => client.Type, (client, type) => client with { Type = type }, usual: null)
            with { IsNeeded = true },
        new(Disabled, FileShape.Flag, client => client is ClientView { DisabledAt: not null } ? ["true"] : [], (client, _) => client),
        .. Addresses,
        .. SigningIn,
        .. Proof,
        .. Messages,
    ];

    private static FileField<Client>[] Addresses =>
    [
        FileFields.Many<Client>(
            "redirect-uri", client => client.RedirectUris, (client, list) => client with { RedirectUris = list }),
        FileFields.Many<Client>(
            "post-logout-redirect-uri", client => client.PostLogoutRedirectUris,
            (client, list) => client with { PostLogoutRedirectUris = list }),
        FileFields.Many<Client>(
            "origin", client => client.Origins.SequenceEqual(AddClient.UsualOrigins(client)) ? [] : client.Origins,
            (client, list) => client with { Origins = list }),
        FileFields.Many<Client>(
            "scope", client => client.Scopes.Except(AddClient.UsualScopes(client.Type)),
            (client, list) => client with { Scopes = [.. AddClient.UsualScopes(client.Type).Union(list)] }, FileShape.Words),
        FileFields.Text<Client>(
            "initiate-login-uri", client => client.InitiateLoginUri, (client, text) => client with { InitiateLoginUri = text }),
        FileFields.Text<Client>(
            "backchannel-logout-uri", client => client.BackchannelLogoutUri, (client, text) => client with { BackchannelLogoutUri = text }),
        FileFields.Text<Client>(
            "frontchannel-logout-uri", client => client.FrontchannelLogoutUri,
            (client, text) => client with { FrontchannelLogoutUri = text }),
        FileFields.Flag<Client>(
            "frontchannel-logout-session", client => client.FrontchannelLogoutSessionRequired,
            (client, isOn) => client with { FrontchannelLogoutSessionRequired = isOn }),
    ];

    private static FileField<Client>[] SigningIn =>
    [
        FileFields.Text<Client>("brand", client => client.BrandId, (client, text) => client with { BrandId = text }),
        Choice<SecondFactorPolicy>(
            "second-factor", client => client.SecondFactor, (client, policy) => client with { SecondFactor = policy },
            SecondFactorPolicy.Required),
        new(
            "grace", FileShape.Count,
            client => client.GraceSignIns == 0 ? [] : [client.GraceSignIns.ToString(CultureInfo.InvariantCulture)],
            (client, values) => client with { GraceSignIns = values is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 0 }),
        FileFields.Flag<Client>(
            "no-text-messages", client => !client.AcceptsTextMessages, (client, isOn) => client with { AcceptsTextMessages = !isOn }),
        FileFields.Flag<Client>(
            "mail-codes", client => client.AcceptsMailCodes, (client, isOn) => client with { AcceptsMailCodes = isOn }),
        FileFields.Flag<Client>(
            "trust-devices", client => client.AcceptsTrustedDevices, (client, isOn) => client with { AcceptsTrustedDevices = isOn }),
        FileFields.Flag<Client>("consent", client => client.ConsentRequired, (client, isOn) => client with { ConsentRequired = isOn }),
        FileFields.Flag<Client>(Pairwise, client => client.Pairwise, (client, isOn) => client with { Pairwise = isOn }),
        FileFields.Text<Client>(
            "sector-identifier-uri", client => client.SectorIdentifierUri, (client, text) => client with { SectorIdentifierUri = text }),
    ];

    private static FileField<Client>[] Proof =>
    [
        new(
            Authentication, FileShape.Choice,
            client => client.AuthenticationMethod == UsualMethod(client) ? [] : [client.AuthenticationMethod.Name()],
            (client, values) => client with
            {
                AuthenticationMethod = values is [var name] ? ClientAuthenticationMethods.ByName[name] : UsualMethod(client),
            })
        {
            Choices = [.. ClientAuthenticationMethods.ByName.Keys],
        },
        new(
            "jwks", FileShape.Json, client => client.Jwks is { } keys ? [keys] : [],
            (client, values) => client with { Jwks = values is [var keys] ? keys : null }),
        FileFields.Text<Client>("jwks-uri", client => client.JwksUri, (client, text) => client with { JwksUri = text }),
        Choice<ClientProfile>(
            "profile", client => client.Profile, (client, profile) => client with { Profile = profile }, ClientProfile.Ordinary),
        FileFields.Flag<Client>("dpop", client => client.DpopBound, (client, isOn) => client with { DpopBound = isOn }),
        FileFields.Flag<Client>(
            "certificate-bound", client => client.CertificateBound, (client, isOn) => client with { CertificateBound = isOn }),
        FileFields.Text<Client>("tls-subject", client => client.TlsSubject, (client, text) => client with { TlsSubject = text }),
    ];

    private static FileField<Client>[] Messages =>
    [
        FileFields.Flag<Client>("no-pkce", client => !client.RequirePkce, (client, isOn) => client with { RequirePkce = !isOn }),
        FileFields.Flag<Client>(
            "require-par", client => client.RequiresPushedRequests, (client, isOn) => client with { RequiresPushedRequests = isOn }),
        FileFields.Flag<Client>(
            "require-signed-requests", client => client.RequiresSignedRequests,
            (client, isOn) => client with { RequiresSignedRequests = isOn }),
        FileFields.Many<Client>("request-uri", client => client.RequestUris, (client, list) => client with { RequestUris = list }),
        FileFields.Text<Client>(
            "request-object-alg", client => client.RequestObjectSigningAlgorithm,
            (client, text) => client with { RequestObjectSigningAlgorithm = text }),
        FileFields.Many<Client>(
            "authorization-type", client => client.AuthorizationDetailTypes,
            (client, list) => client with { AuthorizationDetailTypes = list }),
        FileFields.Flag<Client>(
            "id-token-responses", client => client.AllowsIdTokenResponses,
            (client, isOn) => client with { AllowsIdTokenResponses = isOn }),
        FileFields.Flag<Client>(
            "id-token-claims", client => client.IdTokenClaims, (client, isOn) => client with { IdTokenClaims = isOn }),
        FileFields.Text<Client>(
            "id-token-alg", client => client.IdTokenSigningAlgorithm,
            (client, text) => client with { IdTokenSigningAlgorithm = text! }, SigningAlgorithms.RS256),
        Encryption(
            "id-token-encryption", client => client.IdTokenEncryption, (client, value) => client with { IdTokenEncryption = value }),
        FileFields.Text<Client>(
            "userinfo-alg", client => client.UserInfoSigningAlgorithm,
            (client, text) => client with { UserInfoSigningAlgorithm = text }),
        Encryption(
            "userinfo-encryption", client => client.UserInfoEncryption, (client, value) => client with { UserInfoEncryption = value }),
        FileFields.Text<Client>(
            "authorization-alg", client => client.AuthorizationSigningAlgorithm,
            (client, text) => client with { AuthorizationSigningAlgorithm = text! }, SigningAlgorithms.RS256),
        FileFields.Text<Client>(
            "introspection-alg", client => client.IntrospectionSigningAlgorithm,
            (client, text) => client with { IntrospectionSigningAlgorithm = text! }, SigningAlgorithms.RS256),
        FileFields.Many<Client>(
            "exchange-for", client => client.ExchangeTargets, (client, list) => client with { ExchangeTargets = [.. list.Distinct()] }),
        // The address implies the back channel.
        FileFields.Flag<Client>(
            "ciba", client => client is { AsksByBackchannel: true, NotificationUri: null },
            (client, isOn) => client with { AsksByBackchannel = isOn }),
        FileFields.Text<Client>("ciba-notify", client => client.NotificationUri, (client, text) => client with { NotificationUri = text }),
    ];

    /// <summary>As it would be read again: its type is not stored, but follows from the rest.</summary>
    public static FieldValues ValuesOf(Client client) => All.ValuesOf(client with { Type = StoredType(client) });

    public static ClientType StoredType(Client client) => new Client
    {
        Id = client.Id,
        Name = client.Name,
        AuthenticationMethod = client.AuthenticationMethod,
        GrantTypes = client.GrantTypes,
        Origins = client.Origins,
        RedirectUris = client.RedirectUris,
        AllowsIdTokenResponses = client.AllowsIdTokenResponses,
    }.Type;

    public static string WordOf<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static ClientAuthenticationMethod UsualMethod(Client client) =>
        new Client { Id = client.Id, Name = client.Name, Type = client.Type }.AuthenticationMethod;

    private static FileField<Client> Choice<TEnum>(
        string key, Func<Client, TEnum> get, Func<Client, TEnum, Client> set, TEnum? usual)
        where TEnum : struct, Enum => new(
            key, FileShape.Choice,
            client => usual is { } value && get(client).Equals(value) ? [] : [WordOf(get(client))],
            (client, values) => values is [var word] ? set(client, Enum.GetValues<TEnum>().Single(value => WordOf(value) == word))
                : usual is { } value ? set(client, value)
                : client)
        {
            Choices = [.. Enum.GetValues<TEnum>().Select(WordOf)],
        };

    private static FileField<Client> Encryption(
        string key, Func<Client, TokenEncryption?> get, Func<Client, TokenEncryption?, Client> set) => FileFields.Text<Client>(
            key,
            client => get(client) is { } encryption ? $"{encryption.Algorithm},{encryption.Content}" : null,
            (client, text) => set(
                client, text?.Split(',', 2) is [var algorithm, .. var rest] ? TokenEncryption.Of(algorithm, rest.FirstOrDefault()) : null));
}
