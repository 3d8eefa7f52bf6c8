using System.Collections.Frozen;
using System.Text.Json;
using Sso.Protocol.Clients;
using Sso.Protocol.Registration;

namespace Sso.Admin.Registrations;

/// <summary>
/// Registered members of client metadata that are refused, because silently ignoring them would give less protection than was asked for
/// (RFC 7591 §2 lets a server ignore what it does not know). Members that only describe, or are true anyway, are ignored.
/// </summary>
internal static class UnofferedMetadata
{
    private const string CertificateRemedy =
        "Leave it out, or ask the operator to add the client: sso client add --auth tls_client_auth --tls-subject.";
    private const string CibaRemedy = "Leave it out, or ask the operator, who allows it: sso client set --ciba.";
    private const string PlainRemedy = "Leave it out: such answers are signed here and not encrypted.";

    private static readonly FrozenDictionary<string, string> Remedies = new Dictionary<string, string>
    {
        ["tls_client_auth_subject_dn"] = CertificateRemedy,
        ["tls_client_auth_san_dns"] = CertificateRemedy,
        ["tls_client_auth_san_uri"] = CertificateRemedy,
        ["tls_client_auth_san_ip"] = CertificateRemedy,
        ["tls_client_auth_san_email"] = CertificateRemedy,
        ["tls_client_certificate_bound_access_tokens"] =
            "Register dpop_bound_access_tokens, or ask the operator: sso client set --certificate-bound.",
        ["introspection_encrypted_response_alg"] = PlainRemedy,
        ["introspection_encrypted_response_enc"] = PlainRemedy,
        ["authorization_encrypted_response_alg"] = PlainRemedy,
        ["authorization_encrypted_response_enc"] = PlainRemedy,
        ["default_max_age"] = "Send max_age with each request.",
        ["default_acr_values"] = "Send acr_values with each request.",
        ["authorization_details_types"] = "Leave it out, or ask the operator, who allows types: sso client set --authorization-type.",
        ["backchannel_token_delivery_mode"] = CibaRemedy,
        ["backchannel_client_notification_endpoint"] = CibaRemedy,
        ["backchannel_authentication_request_signing_alg"] = CibaRemedy,
        ["backchannel_user_code_parameter"] = "Leave it out: user codes are not offered.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// What a client may announce, as long as it is something that is accepted: one listed algorithm is as good as another.
    /// </summary>
    private static readonly FrozenDictionary<string, IReadOnlyList<string>> Announced = new Dictionary<string, IReadOnlyList<string>>
    {
        ["token_endpoint_auth_signing_alg"] = [.. SignatureAlgorithms.Ordinary, .. ClientAssertion.SecretAlgorithms],
        ["request_object_encryption_alg"] = TokenEncryption.Algorithms,
        ["request_object_encryption_enc"] = TokenEncryption.Contents,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FieldProblem? FindFlaw(ClientMetadata metadata) =>
        (metadata.Others ?? []).Where(member => Says(member.Value)).Select(Flaw).OfType<FieldProblem>().FirstOrDefault()
        // OIDC Registration §2: the encryption of the content means nothing without that of the key.
        ?? WithoutAlgorithm("id_token_encrypted_response", metadata.IdTokenEncryptedResponseAlg, metadata.IdTokenEncryptedResponseEnc)
        ?? WithoutAlgorithm("userinfo_encrypted_response", metadata.UserinfoEncryptedResponseAlg, metadata.UserinfoEncryptedResponseEnc);

    private static FieldProblem? Flaw(KeyValuePair<string, JsonElement> member) => member switch
    {
        var (name, _) when Remedies.TryGetValue(name, out var remedy) =>
            new(name, "This cannot be registered by an application itself.", remedy),
        var (name, value) when Announced.TryGetValue(name, out var known)
            && (value.ValueKind != JsonValueKind.String || !known.Contains(value.GetString()!)) =>
            new(name, "This is not an algorithm that the server takes.", $"Choose among {string.Join(", ", known)}."),
        _ => null,
    };

    private static FieldProblem? WithoutAlgorithm(string member, string? algorithm, string? content) =>
        content is not null && algorithm is null
            ? new($"{member}_enc", "It needs the algorithm beside it.", $"Give {member}_alg too.")
            : null;

    /// <summary>False and empty values ask for nothing.</summary>
    private static bool Says(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.String => value.GetString()!.Length > 0,
        _ => true,
    };
}
