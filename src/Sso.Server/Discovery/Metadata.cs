using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Admin.Registrations;
using Sso.Data.Keys;
using Sso.Server.Authorization;
using Sso.Server.Ciba;
using Sso.Server.Device;
using Sso.Server.Http;
using Sso.Server.Introspection;
using Sso.Server.Revocation;
using Sso.Server.Token;
using Sso.Server.UserInfo;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Discovery;

/// <summary>The metadata beyond what OpenIddict knows of (OIDC Discovery §3, RFC 8414 §2): what is implemented, and nothing else.</summary>
internal sealed class Metadata(
    SsoOptions sso, KeyOptions keys, RegistrationPolicy registration, MutualTlsOptions mutualTls)
    : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static readonly IReadOnlyList<string> Claims =
    [
        "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid",
        .. Scopes.Claims.SelectMany(scope => scope.Value).Order(StringComparer.Ordinal),
    ];

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        // As it is configured: OpenIddict adds a slash to one without a path, and clients compare it character by character (OIDC Discovery
        // §4.3).
        context.Metadata[OpenIddictConstants.Metadata.Issuer] = sso.Issuer;
        DescribeAuthentication(context);
        DescribeMutualTls(context);
        DescribeAnswers(context);
        DescribeRequests(context);
        DescribeRegistration(context);
        Say(context, "claim_types_supported", ["normal"]);
        Say(context, "acr_values_supported", Authentication.AcrValues);
        Say(context, "ui_locales_supported", ["it", "en"]);
        return default;
    }

    /// <summary>RFC 6749 §2.3, RFC 8705 §2, RFC 9449 §5.1.</summary>
    private void DescribeAuthentication(HandleConfigurationRequestContext context)
    {
        var offered = ClientAuthenticationMethods.Offered(mutualTls.Enabled).ToList();
        Replace(context.TokenEndpointAuthenticationMethods, offered);
        Replace(context.RevocationEndpointAuthenticationMethods, offered);
        Replace(context.IntrospectionEndpointAuthenticationMethods, offered.Where(method => method != "none"));
        // They are those of the token endpoint (RFC 9126 §2, RFC 8628 §3.1).
        context.PushedAuthorizationEndpointAuthenticationMethods.Clear();
        context.DeviceAuthorizationEndpointAuthenticationMethods.Clear();
    }

    /// <summary>RFC 8705 §3.3, §5; nothing if it is off.</summary>
    private void DescribeMutualTls(HandleConfigurationRequestContext context)
    {
        if (!mutualTls.Enabled)
        {
            context.Metadata[OpenIddictConstants.Metadata.TlsClientCertificateBoundAccessTokens] = default;
            return;
        }

        context.TlsClientCertificateBoundAccessTokens = true;
        if (mutualTls.Address is { } address)
        {
            context.Metadata[OpenIddictConstants.Metadata.MtlsEndpointAliases] = new JsonObject
            {
                ["token_endpoint"] = address + RedeemGrant.Path,
                ["pushed_authorization_request_endpoint"] = address + PushRequest.Path,
                ["device_authorization_endpoint"] = address + AuthorizeDevice.Path,
                ["introspection_endpoint"] = address + IntrospectToken.Path,
                ["revocation_endpoint"] = address + RevokeGrant.Path,
                ["userinfo_endpoint"] = address + TellPerson.Path,
                ["backchannel_authentication_endpoint"] = address + CibaHost.Path,
            };
        }
    }

    /// <summary>How the answers to applications are signed and encrypted (OIDC Core §5.3.2, §10, JARM §4, RFC 9701 §7).</summary>
    private void DescribeAnswers(HandleConfigurationRequestContext context)
    {
        Replace(context.IdTokenSigningAlgorithms, keys.Offered);
        foreach (var answer in (string[])["authorization", "userinfo", "introspection"])
        {
            Say(context, answer + "_signing_alg_values_supported", keys.Offered);
        }

        foreach (var answer in (string[])["id_token", "userinfo"])
        {
            Say(context, answer + "_encryption_alg_values_supported", TokenEncryption.Algorithms);
            Say(context, answer + "_encryption_enc_values_supported", TokenEncryption.Contents);
        }
    }

    /// <summary>OIDC Core §5.5 and §6, RFC 9101 §10.5, RFC 9126 §5.</summary>
    private void DescribeRequests(HandleConfigurationRequestContext context)
    {
        // OIDC Discovery §3: request_uri counts as supported when the member is absent, so all three are stated.
        context.Metadata["claims_parameter_supported"] = true;
        context.Metadata["request_parameter_supported"] = true;
        context.Metadata["request_uri_parameter_supported"] = true;
        context.Metadata["require_request_uri_registration"] = true;
        // The registration of a client can demand both.
        context.Metadata["require_signed_request_object"] = false;
        context.RequirePushedAuthorizationRequests = false;
        Say(context, "request_object_signing_alg_values_supported", SigningAlgorithms.All);
        if (keys.Encryption)
        {
            Say(context, "request_object_encryption_alg_values_supported", TokenEncryption.Algorithms);
            Say(context, "request_object_encryption_enc_values_supported", TokenEncryption.Contents);
        }
    }

    /// <summary>RFC 7591 §3, Client ID Metadata Document §5.</summary>
    private void DescribeRegistration(HandleConfigurationRequestContext context)
    {
        if (!registration.Enabled)
        {
            context.Metadata.Remove("registration_endpoint");
        }

        if (registration.DocumentHosts.Count > 0)
        {
            context.Metadata["client_id_metadata_document_supported"] = true;
        }
    }

    /// <summary>Says nothing if the list is empty.</summary>
    private static void Say(HandleConfigurationRequestContext context, string member, IEnumerable<string> values) =>
        context.Metadata[member] = new OpenIddictParameter(values.ToImmutableArray<string?>());

    public static void Replace(HashSet<string> said, IEnumerable<string> by)
    {
        said.Clear();
        said.UnionWith(by);
    }
}
