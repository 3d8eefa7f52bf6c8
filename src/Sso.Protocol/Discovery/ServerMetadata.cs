using System.Text.Encodings.Web;
using System.Text.Json;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Discovery;

/// <summary>The metadata document (OIDC Discovery §3, RFC 8414 §2): it says what is implemented, and nothing else.</summary>
public static class ServerMetadata
{
    public static readonly IReadOnlyList<string> Claims =
    [
        "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid",
        "name", "given_name", "family_name", "middle_name", "nickname",
        "preferred_username", "profile", "picture", "website", "gender", "birthdate",
        "zoneinfo", "locale", "updated_at", "email", "email_verified", "address", "phone_number", "phone_number_verified",
        "last_access_at", "last_access_ip",
    ];

    private static readonly IReadOnlyList<string> AssertionAlgorithms =
        [.. SignatureAlgorithms.Ordinary, .. ClientAssertion.SecretAlgorithms];

    /// <summary>What a client calls directly, with its certificate.</summary>
    private static readonly IReadOnlyList<(string Name, string Path)> AliasedEndpoints =
    [
        ("token_endpoint", "/connect/token"), ("pushed_authorization_request_endpoint", "/connect/par"),
        ("device_authorization_endpoint", "/connect/device"), ("backchannel_authentication_endpoint", "/connect/ciba"),
        ("introspection_endpoint", "/connect/introspect"),
        ("revocation_endpoint", "/connect/revoke"), ("userinfo_endpoint", "/connect/userinfo"),
    ];

    /// <summary>A plus in the name of an algorithm stays a plus.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(string issuer, ServerFeatures features)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("issuer", issuer);
            json.WriteString("authorization_endpoint", issuer + "/connect/authorize");
            json.WriteString("token_endpoint", issuer + "/connect/token");
            json.WriteString("pushed_authorization_request_endpoint", issuer + "/connect/par");
            json.WriteString("device_authorization_endpoint", issuer + "/connect/device");
            json.WriteString("backchannel_authentication_endpoint", issuer + "/connect/ciba");
            WriteArray(json, "backchannel_token_delivery_modes_supported", ["poll", "ping"]);
            WriteArray(json, "backchannel_authentication_request_signing_alg_values_supported", SigningAlgorithms.All);
            json.WriteBoolean("backchannel_user_code_parameter_supported", false);
            json.WriteString("introspection_endpoint", issuer + "/connect/introspect");
            json.WriteString("revocation_endpoint", issuer + "/connect/revoke");
            json.WriteString("userinfo_endpoint", issuer + "/connect/userinfo");
            json.WriteString("end_session_endpoint", issuer + "/connect/logout");
            if (features.Registration)
            {
                json.WriteString("registration_endpoint", issuer + "/connect/register");
            }

            if (features.ClientIdMetadataDocuments)
            {
                json.WriteBoolean("client_id_metadata_document_supported", true);
            }

            if (features.SessionManagement)
            {
                json.WriteString("check_session_iframe", issuer + "/connect/checksession");
            }

            json.WriteString("jwks_uri", issuer + "/.well-known/jwks");
            WriteArray(
                json, "response_types_supported",
                features.IdTokenResponses ? [ResponseTypes.Code, .. ResponseTypes.WithIdToken] : [ResponseTypes.Code]);
            WriteArray(json, "response_modes_supported", ResponseModes.All);
            WriteArray(
                json, "grant_types_supported", features.IdTokenResponses ? [.. GrantTypes.All, GrantTypes.Implicit] : GrantTypes.All);
            WriteArray(json, "scopes_supported", Scopes.Identity.Order(StringComparer.Ordinal));
            WriteArray(json, "subject_types_supported", ["public", "pairwise"]);
            WriteArray(json, "id_token_signing_alg_values_supported", features.SigningAlgorithms);
            WriteArray(json, "authorization_signing_alg_values_supported", features.SigningAlgorithms);
            if (features.AuthorizationDetailTypes.Count > 0)
            {
                WriteArray(json, "authorization_details_types_supported", features.AuthorizationDetailTypes);
            }

            WriteArray(json, "userinfo_signing_alg_values_supported", features.SigningAlgorithms);
            foreach (var answer in (string[])["id_token", "userinfo"])
            {
                WriteArray(json, answer + "_encryption_alg_values_supported", TokenEncryption.Algorithms);
                WriteArray(json, answer + "_encryption_enc_values_supported", TokenEncryption.Contents);
            }

            WriteArray(json, "request_object_signing_alg_values_supported", SigningAlgorithms.All);
            if (features.Encryption)
            {
                WriteArray(json, "request_object_encryption_alg_values_supported", TokenEncryption.Algorithms);
                WriteArray(json, "request_object_encryption_enc_values_supported", TokenEncryption.Contents);
            }

            WriteArray(json, "token_endpoint_auth_methods_supported", ClientAuthenticationMethods.Offered(features.MutualTls));
            WriteArray(json, "token_endpoint_auth_signing_alg_values_supported", AssertionAlgorithms);
            WriteArray(
                json, "introspection_endpoint_auth_methods_supported",
                ClientAuthenticationMethods.Offered(features.MutualTls).Where(method => method != "none"));
            WriteArray(json, "introspection_endpoint_auth_signing_alg_values_supported", AssertionAlgorithms);
            WriteArray(json, "introspection_signing_alg_values_supported", features.SigningAlgorithms);
            WriteArray(json, "revocation_endpoint_auth_methods_supported", ClientAuthenticationMethods.Offered(features.MutualTls));
            WriteArray(json, "revocation_endpoint_auth_signing_alg_values_supported", AssertionAlgorithms);
            WriteArray(json, "dpop_signing_alg_values_supported", SignatureAlgorithms.Dpop);
            WriteMutualTls(json, features);
            WriteArray(json, "code_challenge_methods_supported", ["S256"]);
            WriteArray(json, "claim_types_supported", ["normal"]);
            WriteArray(json, "claims_supported", Claims);
            WriteArray(json, "acr_values_supported", Authentication.AcrValues);
            WriteArray(json, "prompt_values_supported", ["none", "login", "consent", "select_account"]);
            WriteArray(json, "ui_locales_supported", ["it", "en"]);
            // OIDC Discovery §3: request_uri counts as supported when the member is absent, so all three are stated.
            json.WriteBoolean("claims_parameter_supported", true);
            json.WriteBoolean("request_parameter_supported", true);
            json.WriteBoolean("request_uri_parameter_supported", true);
            json.WriteBoolean("require_request_uri_registration", true);
            // RFC 9101 §10.5: of a client it can be demanded by its registration.
            json.WriteBoolean("require_signed_request_object", false);
            json.WriteBoolean("require_pushed_authorization_requests", false);
            json.WriteBoolean("backchannel_logout_supported", true);
            json.WriteBoolean("backchannel_logout_session_supported", true);
            json.WriteBoolean("frontchannel_logout_supported", true);
            json.WriteBoolean("frontchannel_logout_session_supported", true);
            json.WriteBoolean("authorization_response_iss_parameter_supported", true);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>RFC 8705 §3.3, §5; nothing where it is off.</summary>
    private static void WriteMutualTls(Utf8JsonWriter json, ServerFeatures features)
    {
        if (!features.MutualTls)
        {
            return;
        }

        json.WriteBoolean("tls_client_certificate_bound_access_tokens", true);
        if (features.MutualTlsAddress is not { } address)
        {
            return;
        }

        json.WriteStartObject("mtls_endpoint_aliases");
        foreach (var (name, path) in AliasedEndpoints)
        {
            json.WriteString(name, address + path);
        }

        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
