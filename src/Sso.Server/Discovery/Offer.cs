using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Sso.Server.Authorization;
using Sso.Server.Clients;
using Sso.Server.Device;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Introspection;
using Sso.Server.Logout;
using Sso.Server.Revocation;
using Sso.Server.Token;
using Sso.Server.UserInfo;

namespace Sso.Server.Discovery;

/// <summary>What OpenIddict offers by our configuration, and says in its part of the metadata; the rest: <see cref="Metadata"/>.</summary>
internal static class Offer
{
    public static void Make(OpenIddictServerOptions options, SsoOptions sso, AuthorizationOptions authorization)
    {
        options.Issuer = new Uri(sso.Issuer);
        options.AuthorizationEndpointUris.Add(new(sso.Issuer + ReceiveRequest.Path));
        options.PushedAuthorizationEndpointUris.Add(new(sso.Issuer + PushRequest.Path));
        options.TokenEndpointUris.Add(new(sso.Issuer + RedeemGrant.Path));
        options.DeviceAuthorizationEndpointUris.Add(new(sso.Issuer + AuthorizeDevice.Path));
        options.EndUserVerificationEndpointUris.Add(new(sso.Issuer + AuthorizeDevice.VerificationPath));
        options.IntrospectionEndpointUris.Add(new(sso.Issuer + IntrospectToken.Path));
        options.RevocationEndpointUris.Add(new(sso.Issuer + RevokeGrant.Path));
        options.UserInfoEndpointUris.Add(new(sso.Issuer + TellPerson.Path));
        options.EndSessionEndpointUris.Add(new(sso.Issuer + EndSession.Path));
        options.JsonWebKeySetEndpointUris.Clear();
        options.JsonWebKeySetEndpointUris.Add(new(sso.Issuer + PublishedDocuments.KeySetPath));
        options.GrantTypes.UnionWith(GrantTypes.All);
        Metadata.Replace(options.ResponseTypes, [ResponseTypes.Code]);
        if (authorization.IdTokenResponses)
        {
            options.GrantTypes.Add(GrantTypes.Implicit);
            options.ResponseTypes.UnionWith(ResponseTypes.WithIdToken);
        }

        Metadata.Replace(options.ResponseModes, ResponseModes.All);
        Metadata.Replace(options.Scopes, Scopes.Identity.Order(StringComparer.Ordinal));
        Metadata.Replace(options.Claims, Metadata.Claims);
        Metadata.Replace(options.CodeChallengeMethods, ["S256"]);
        Metadata.Replace(options.PromptValues, ["none", "login", "consent", "select_account"]);
        Metadata.Replace(options.SubjectTypes, ["public", "pairwise"]);
        // OpenIddict does not start without one of each kind. These two are never used: SigningKeyRing signs and is published, Sealer
        // seals.
        options.SigningCredentials.Add(new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)), SigningAlgorithms.ES256));
        options.EncryptionCredentials.Add(new(
            new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)),
            SecurityAlgorithms.Aes256KW,
            SecurityAlgorithms.Aes256CbcHmacSha512));
    }
}
