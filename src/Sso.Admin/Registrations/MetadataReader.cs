using System.Collections.Immutable;
using Sso.Admin.Clients;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Protocol.Registration;

namespace Sso.Admin.Registrations;

/// <summary>
/// Turns what an application says about itself into the client that it asks for, within the policy (RFC 7591 §2, §5). What only an operator
/// may decide (second factor, consent, brand, trusted devices) is not in the metadata and keeps its strict default.
/// </summary>
public sealed class MetadataReader(RegistrationPolicy policy)
{
    private const int MostContacts = 10;

    /// <summary>The client asked for, checked against the policy; the rules for all clients come afterwards.</summary>
    public Result<Client, Refusal> Read(string clientId, ClientMetadata metadata) => FindFlaw(metadata) is { } problem
        ? Refusal.Invalid(problem)
        : new Client
        {
            Id = clientId,
            Name = metadata.ClientName is { Length: > 0 } name ? name : HostOf(metadata),
            Type = TypeOf(metadata),
            AuthenticationMethod = MethodOf(metadata),
            RedirectUris = [.. metadata.RedirectUris ?? []],
            PostLogoutRedirectUris = [.. metadata.PostLogoutRedirectUris ?? []],
            Jwks = metadata.Jwks?.GetRawText(),
            JwksUri = metadata.JwksUri,
            IdTokenSigningAlgorithm = metadata.IdTokenSignedResponseAlg ?? SigningAlgorithms.RS256,
            IntrospectionSigningAlgorithm = metadata.IntrospectionSignedResponseAlg ?? SigningAlgorithms.RS256,
            AuthorizationSigningAlgorithm = metadata.AuthorizationSignedResponseAlg ?? SigningAlgorithms.RS256,
            IdTokenEncryption = TokenEncryption.Of(metadata.IdTokenEncryptedResponseAlg, metadata.IdTokenEncryptedResponseEnc),
            UserInfoSigningAlgorithm = metadata.UserinfoSignedResponseAlg,
            UserInfoEncryption = TokenEncryption.Of(metadata.UserinfoEncryptedResponseAlg, metadata.UserinfoEncryptedResponseEnc),
            RequestObjectSigningAlgorithm = metadata.RequestObjectSigningAlg,
            RequiresSignedRequests = metadata.RequireSignedRequestObject == true,
            // OIDC Core §6.2: the fragment, which tells caches of a change, is not part of the address.
            RequestUris = [.. (metadata.RequestUris ?? []).Select(uri => uri.Split('#')[0]).Distinct(StringComparer.Ordinal)],
            BackchannelLogoutUri = metadata.BackchannelLogoutUri,
            FrontchannelLogoutUri = metadata.FrontchannelLogoutUri,
            FrontchannelLogoutSessionRequired = metadata.FrontchannelLogoutUri is not null
                && metadata.FrontchannelLogoutSessionRequired == true,
            LogoUri = metadata.LogoUri,
            InitiateLoginUri = metadata.InitiateLoginUri,
            Pairwise = metadata.SubjectType == "pairwise",
            SectorIdentifierUri = metadata.SectorIdentifierUri,
            DpopBound = metadata.DpopBoundAccessTokens == true,
            RequiresPushedRequests = metadata.RequirePushedAuthorizationRequests == true,
            AllowsIdTokenResponses = WantsIdTokens(metadata),
        };

    public static ClientAuthenticationMethod MethodOf(ClientMetadata metadata) =>
        ClientAuthenticationMethods.ByName[metadata.TokenEndpointAuthMethod ?? "client_secret_basic"];

    /// <summary>
    /// The word implicit only says that a response type brings an ID token (OIDC Dynamic Registration §2); it is not a grant.
    /// </summary>
    public static ImmutableArray<string> GrantTypesOf(ClientMetadata metadata) =>
        [
            .. (metadata.GrantTypes ?? [GrantTypes.AuthorizationCode])
                .Where(type => type != GrantTypes.Implicit).Distinct(StringComparer.Ordinal),
        ];

    /// <summary>RFC 7591 §2: if none is asked for, the server decides, and gives what the policy allows.</summary>
    public ImmutableArray<string> ScopesOf(ClientMetadata metadata) => metadata.Scope is { } asked
        ? [.. Scopes.Parse(asked)!]
        :
        [
            .. policy.Scopes.Where(scope => scope != Scopes.OfflineAccess
                || GrantTypesOf(metadata).Contains(GrantTypes.RefreshToken)),
        ];

    private FieldProblem? FindFlaw(ClientMetadata metadata) =>
        Outside(
            "grant_types", metadata.GrantTypes,
            policy.BringsIdTokens ? [.. policy.GrantTypes, GrantTypes.Implicit] : policy.GrantTypes)
        ?? Outside("response_types", metadata.ResponseTypes, policy.ResponseTypes)
        ?? Outside(
            "token_endpoint_auth_method", One(metadata.TokenEndpointAuthMethod),
            [.. policy.AuthenticationMethods.Where(ClientAuthenticationMethods.ByName.ContainsKey)])
        ?? Outside("application_type", One(metadata.ApplicationType), ["web", "native"])
        ?? Outside("subject_type", One(metadata.SubjectType), ["public", "pairwise"])
        ?? ScopeFlaw(metadata)
        ?? ContactFlaw(metadata.Contacts)
        ?? RedirectFlaw(metadata)
        ?? (metadata.JwksUri?.Contains('#', StringComparison.Ordinal) == true
            ? new FieldProblem("jwks_uri", "The address has a fragment.", "Leave out the # and what follows.")
            : null)
        ?? UnofferedMetadata.FindFlaw(metadata)
        ?? PageFlaw("client_uri", metadata.ClientUri)
        ?? PageFlaw("logo_uri", metadata.LogoUri)
        ?? PageFlaw("policy_uri", metadata.PolicyUri)
        ?? PageFlaw("tos_uri", metadata.TosUri);

    private static FieldProblem? ContactFlaw(IReadOnlyList<string>? contacts) => contacts switch
    {
        null => null,
        { Count: > MostContacts } => new("contacts", $"There may be at most {MostContacts} contacts.", "Leave some out."),
        _ when contacts.Any(contact => contact is null or { Length: 0 or > 200 } || contact.Any(char.IsControl)) =>
            new("contacts", "A contact is empty, or longer than 200 characters.", "Give mail addresses."),
        _ => null,
    };

    private static FieldProblem? RedirectFlaw(ClientMetadata metadata) => TypeOf(metadata) switch
    {
        ClientType.Machine => null,
        _ when metadata.RedirectUris is not { Count: > 0 } =>
            new("redirect_uris", "A client that signs people in needs a redirect URI.", "Give at least one."),
        _ => null,
    };

    private FieldProblem? ScopeFlaw(ClientMetadata metadata) => metadata.Scope switch
    {
        null => null,
        var asked when Scopes.Parse(asked) is { } scopes => Outside("scope", [.. scopes], policy.Scopes),
        _ => new("scope", "The scope holds a character that is not allowed.", "Separate the scopes by spaces."),
    };

    /// <summary>These become links on our pages.</summary>
    private static FieldProblem? PageFlaw(string field, string? uri) =>
        uri is not null && RedirectUriRules.FindFlaw(uri, ClientType.Web) is { } flaw ? new(field, flaw.What, flaw.Remedy) : null;

    private static FieldProblem? Outside(string field, IReadOnlyList<string>? asked, IReadOnlyList<string> allowed) =>
        asked?.FirstOrDefault(value => !allowed.Contains(value, StringComparer.Ordinal)) is { } other
            ? new(field, $"'{Shown(other)}' cannot be registered here.", $"Choose among {string.Join(", ", allowed)}.")
            : null;

    private static ClientType TypeOf(ClientMetadata metadata) => metadata switch
    {
        // A client that only takes ID tokens has none of our grants, and browsers come back to it all the same.
        _ when !GrantTypesOf(metadata).Contains(GrantTypes.AuthorizationCode) && !WantsIdTokens(metadata) => ClientType.Machine,
        { ApplicationType: "native" } => ClientType.Native,
        { TokenEndpointAuthMethod: "none" } => ClientType.Spa,
        _ => ClientType.Web,
    };

    private static bool WantsIdTokens(ClientMetadata metadata) => metadata.ResponseTypes?.Any(ResponseTypes.WithIdToken.Contains) == true;

    private static string HostOf(ClientMetadata metadata) =>
        metadata.RedirectUris?.Select(uri => Uri.TryCreate(uri, UriKind.Absolute, out var parsed) ? parsed.IdnHost : "").FirstOrDefault(
            host => host.Length > 0) ?? "application";

    private static string[]? One(string? value) => value is null ? null : [value];

    private static string Shown(string value) => value.Length <= 60 ? value : value[..60];
}
