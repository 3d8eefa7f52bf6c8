using System.Text.Json;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Protocol.Registration;

namespace Sso.Admin.Registrations;

/// <summary>
/// A registration as its application reads it back (RFC 7591 §3.2.1, RFC 7592 §3): everything that counts,
/// with the defaults that were filled in.
/// </summary>
public static class MetadataWriter
{
    /// <param name="secret">In the one answer that shows it.</param>
    public static ClientMetadata Of(ClientRegistration client, string? secret = null) => new()
    {
        ClientId = client.Id,
        ClientSecret = secret,
        ClientIdIssuedAt = client.CreatedAt.ToUnixTimeSeconds(),
        ClientSecretExpiresAt = client.SecretHash is null ? null : client.SecretExpiresAt?.ToUnixTimeSeconds() ?? 0,
        RedirectUris = client.RedirectUris,
        ResponseTypes = [.. ResponseTypesOf(client)],
        GrantTypes = client.AllowsIdTokenResponses ? [.. client.GrantTypes, GrantTypes.Implicit] : client.GrantTypes,
        ApplicationType = client.ApplicationType ?? "web",
        Contacts = Known(client.Contacts),
        ClientName = client.Name,
        ClientUri = client.ClientUri,
        LogoUri = client.LogoUri,
        PolicyUri = client.PolicyUri,
        TosUri = client.TermsUri,
        JwksUri = client.JwksUri,
        Jwks = client.Jwks is null ? null : JsonElement.Parse(client.Jwks),
        SectorIdentifierUri = client.SectorIdentifierUri,
        SubjectType = client.Sector is null ? "public" : "pairwise",
        IdTokenSignedResponseAlg = client.IdTokenSigningAlgorithm,
        IntrospectionSignedResponseAlg = client.IntrospectionSigningAlgorithm,
        AuthorizationSignedResponseAlg = client.AuthorizationSigningAlgorithm,
        IdTokenEncryptedResponseAlg = client.IdTokenEncryptionAlgorithm,
        IdTokenEncryptedResponseEnc = client.IdTokenContentEncryption,
        UserinfoSignedResponseAlg = client.UserInfoSigningAlgorithm,
        UserinfoEncryptedResponseAlg = client.UserInfoEncryptionAlgorithm,
        UserinfoEncryptedResponseEnc = client.UserInfoContentEncryption,
        RequestObjectSigningAlg = client.RequestObjectSigningAlgorithm,
        RequireSignedRequestObject = client.RequiresSignedRequests ? true : null,
        RequestUris = Known(client.RequestUris),
        TokenEndpointAuthMethod = client.AuthenticationMethod.Name(),
        Scope = string.Join(' ', client.Scopes),
        PostLogoutRedirectUris = Known(client.PostLogoutRedirectUris),
        InitiateLoginUri = client.InitiateLoginUri,
        BackchannelLogoutUri = client.BackchannelLogoutUri,
        BackchannelLogoutSessionRequired = client.BackchannelLogoutUri is null ? null : client.BackchannelLogoutSessionRequired,
        FrontchannelLogoutUri = client.FrontchannelLogoutUri,
        FrontchannelLogoutSessionRequired = client.FrontchannelLogoutUri is null ? null : client.FrontchannelLogoutSessionRequired,
        DpopBoundAccessTokens = client.DpopBound ? true : null,
        RequirePushedAuthorizationRequests = client.RequiresPushedRequests ? true : null,
    };

    /// <summary>Those that the client may use: without the grant authorization_code, none with a code.</summary>
    private static IEnumerable<string> ResponseTypesOf(ClientRegistration client)
    {
        IReadOnlyList<string> types = client.AllowsIdTokenResponses
            ? [ResponseTypes.Code, .. ResponseTypes.WithIdToken]
            : [ResponseTypes.Code];
        return client.GrantTypes.Contains(GrantTypes.AuthorizationCode)
            ? types
            : types.Where(type => !type.Split(' ').Contains(ResponseTypes.Code));
    }

    private static IReadOnlyList<string>? Known(IReadOnlyList<string> values) => values.Count == 0 ? null : values;
}
