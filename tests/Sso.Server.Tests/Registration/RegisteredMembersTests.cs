using System.Net;
using System.Text.Json.Nodes;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Registration.OpenRegistration;

namespace Sso.Server.Tests.Registration;

/// <summary>Every member of the IANA registry "OAuth Dynamic Client Registration Metadata": what becomes of it here.</summary>
[Spec("RFC 7591", "2")]
[Spec("S120")]
[OneDatabase]
public sealed class RegisteredMembersTests(OpenRegistration open) : IClassFixture<OpenRegistration>, IAsyncLifetime
{
    public static TheoryData<string, string> Mapped => new()
    {
        { "redirect_uris", """["https://shop.example/other"]""" },
        { "token_endpoint_auth_method", "\"client_secret_basic\"" },
        { "grant_types", """["authorization_code"]""" },
        { "response_types", """["code"]""" },
        { "client_name", "\"Shop of today\"" },
        { "client_uri", "\"https://shop.example/\"" },
        { "logo_uri", "\"https://shop.example/logo.png\"" },
        { "scope", "\"openid\"" },
        { "contacts", """["help@shop.example"]""" },
        { "tos_uri", "\"https://shop.example/terms\"" },
        { "policy_uri", "\"https://shop.example/policy\"" },
        { "jwks_uri", "\"https://shop.example/keys\"" },
        { "jwks", "the keys" },
        { "application_type", "\"native\"" },
        { "sector_identifier_uri", "the sector" },
        { "subject_type", "\"pairwise\"" },
        { "id_token_signed_response_alg", "\"ES256\"" },
        { "id_token_encrypted_response_alg", "\"RSA-OAEP\"" },
        { "id_token_encrypted_response_enc", "\"A256GCM\"" },
        { "userinfo_signed_response_alg", "\"ES256\"" },
        { "userinfo_encrypted_response_alg", "\"RSA-OAEP\"" },
        { "userinfo_encrypted_response_enc", "\"A128GCM\"" },
        { "request_object_signing_alg", "\"ES256\"" },
        { "require_signed_request_object", "true" },
        { "require_pushed_authorization_requests", "true" },
        { "dpop_bound_access_tokens", "true" },
        { "introspection_signed_response_alg", "\"ES256\"" },
        { "authorization_signed_response_alg", "\"ES256\"" },
        { "initiate_login_uri", "\"https://shop.example/start\"" },
        { "request_uris", """["https://shop.example/request"]""" },
        { "post_logout_redirect_uris", """["https://shop.example/bye"]""" },
        { "backchannel_logout_uri", "\"https://shop.example/out\"" },
        { "backchannel_logout_session_required", "true" },
        { "frontchannel_logout_uri", "\"https://shop.example/front\"" },
        { "frontchannel_logout_session_required", "true" },
    };

    /// <summary>
    /// They describe, announce what is taken anyway, hold anyway (auth_time is in every ID token), or belong to
    /// protocols that are not spoken here.
    /// </summary>
    public static TheoryData<string, string> Ignored => new()
    {
        { "client_name#it", "\"Negozio\"" },
        { "software_id", "\"4NRB1-0XZABZI9E6-5SM3R\"" },
        { "software_version", "\"2.1\"" },
        { "software_statement", "\"eyJhbGciOiJub25lIn0.e30.\"" },
        { "token_endpoint_auth_signing_alg", "\"ES256\"" },
        { "request_object_encryption_alg", "\"ECDH-ES\"" },
        { "request_object_encryption_enc", "\"A256GCM\"" },
        { "require_auth_time", "true" },
        { "use_mtls_endpoint_aliases", "true" },
        { "claims_redirect_uris", """["https://shop.example/claims"]""" },
        { "nfv_token_signed_response_alg", "\"ES256\"" },
        { "nfv_token_encrypted_response_alg", "\"RSA-OAEP\"" },
        { "nfv_token_encrypted_response_enc", "\"A128GCM\"" },
        { "client_registration_types", """["automatic"]""" },
        { "signed_jwks_uri", "\"https://shop.example/signed-keys\"" },
        { "organization_name", "\"Shop\"" },
        { "backchannel_user_code_parameter", "false" },
        { "tls_client_certificate_bound_access_tokens", "false" },
        { "default_acr_values", "[]" },
    };

    public static TheoryData<string, string> Refused => new()
    {
        { "tls_client_auth_subject_dn", "\"CN=shop\"" },
        { "tls_client_auth_san_dns", "\"shop.example\"" },
        { "tls_client_auth_san_uri", "\"https://shop.example\"" },
        { "tls_client_auth_san_ip", "\"192.0.2.7\"" },
        { "tls_client_auth_san_email", "\"ops@shop.example\"" },
        { "tls_client_certificate_bound_access_tokens", "true" },
        { "introspection_encrypted_response_alg", "\"RSA-OAEP\"" },
        { "introspection_encrypted_response_enc", "\"A128GCM\"" },
        { "authorization_encrypted_response_alg", "\"RSA-OAEP\"" },
        { "authorization_encrypted_response_enc", "\"A128GCM\"" },
        { "default_max_age", "60" },
        { "default_acr_values", """["urn:sso:acr:mfa"]""" },
        { "authorization_details_types", """["payment"]""" },
        { "backchannel_token_delivery_mode", "\"poll\"" },
        { "backchannel_client_notification_endpoint", "\"https://shop.example/notify\"" },
        { "backchannel_authentication_request_signing_alg", "\"ES256\"" },
        { "backchannel_user_code_parameter", "true" },
        { "token_endpoint_auth_signing_alg", "\"none\"" },
        { "request_object_encryption_alg", "\"RSA1_5\"" },
        { "request_object_encryption_enc", "\"A192GCM\"" },
    };

    public ValueTask InitializeAsync() => open.Server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Mapped))]
    public async Task A_member_that_is_read_comes_back_as_it_was_sent(string member, string value)
    {
        var keys = JsonNode.Parse(new EncryptionKey().Jwks)!;
        var sent = value switch { "the keys" => keys, "the sector" => Sector(), _ => JsonNode.Parse(value)! };
        var answer = await open.RegisterAsync(Metadata([.. Beside(member, keys.DeepClone()), (member, sent.DeepClone())]));

        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body.ToString());
        Assert.True(JsonNode.DeepEquals(sent, JsonNode.Parse(answer.Body.GetProperty(member).GetRawText())), answer.Body.ToString());
    }

    [Theory]
    [MemberData(nameof(Ignored))]
    public async Task A_member_that_asks_for_nothing_more_is_ignored_and_does_not_come_back(string member, string value)
    {
        var answer = await open.RegisterAsync(Metadata((member, JsonNode.Parse(value))));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body.ToString());
        Assert.False(answer.Body.TryGetProperty(member, out _));
    }

    [Theory]
    [Spec("A38")]
    [MemberData(nameof(Refused))]
    public async Task A_member_whose_loss_would_weaken_what_was_asked_is_refused_by_name(string member, string value)
    {
        var answer = await open.RegisterAsync(Metadata((member, JsonNode.Parse(value))));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
        Assert.StartsWith($"{member}: ", answer.Text("error_description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id_token_encrypted_response_enc")]
    [InlineData("userinfo_encrypted_response_enc")]
    public async Task An_encryption_without_its_algorithm_is_refused(string member)
    {
        var answer = await open.RegisterAsync(Metadata(("jwks", JsonNode.Parse(new EncryptionKey().Jwks)), (member, "A128GCM")));
        Assert.StartsWith($"{member}: ", answer.Text("error_description"), StringComparison.Ordinal);
    }

    private static (string Name, JsonNode? Value)[] Beside(string member, JsonNode keys) => member switch
    {
        "jwks_uri" or "jwks" => [],
        "application_type" => [("token_endpoint_auth_method", "none"), ("redirect_uris", new JsonArray("com.shop.app:/callback"))],
        "sector_identifier_uri" => [("subject_type", "pairwise")],
        "id_token_encrypted_response_enc" => [("jwks", keys), ("id_token_encrypted_response_alg", "RSA-OAEP")],
        "userinfo_encrypted_response_enc" => [("jwks", keys), ("userinfo_encrypted_response_alg", "RSA-OAEP")],
        "backchannel_logout_session_required" => [("backchannel_logout_uri", "https://shop.example/out")],
        "frontchannel_logout_session_required" => [("frontchannel_logout_uri", "https://shop.example/front")],
        _ => [("jwks", keys)],
    };

    private JsonNode Sector()
    {
        open.Peer.Publish("/members-sector", () => $"""["{RedirectUri}"]""");
        return open.Peer.At("/members-sector").ToString();
    }
}
