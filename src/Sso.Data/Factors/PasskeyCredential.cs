using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Identity;

namespace Sso.Data.Factors;

/// <summary>
/// The credential record of a passkey (WebAuthn Level 3 §4) as it is encrypted in its row. Attestation is not asked for, so none is kept.
/// </summary>
public sealed record PasskeyCredential(
    byte[] Id, byte[] PublicKey, uint SignCount, string[]? Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp)
{
    public static byte[] Serialize(UserPasskeyInfo passkey) => JsonSerializer.SerializeToUtf8Bytes(
        new PasskeyCredential(
            passkey.CredentialId,
            passkey.PublicKey,
            passkey.SignCount,
            passkey.Transports,
            passkey.IsUserVerified,
            passkey.IsBackupEligible,
            passkey.IsBackedUp),
        PasskeyJson.Default.PasskeyCredential);

    public static UserPasskeyInfo Deserialize(byte[] stored, DateTimeOffset createdAt)
    {
        var credential = JsonSerializer.Deserialize(stored, PasskeyJson.Default.PasskeyCredential)
            ?? throw new JsonException("A stored passkey is empty.");
        return new(
            credential.Id,
            credential.PublicKey,
            createdAt,
            credential.SignCount,
            credential.Transports,
            credential.IsUserVerified,
            credential.IsBackupEligible,
            credential.IsBackedUp,
            attestationObject: [],
            clientDataJson: []);
    }
}

[JsonSerializable(typeof(PasskeyCredential))]
internal sealed partial class PasskeyJson : JsonSerializerContext;
