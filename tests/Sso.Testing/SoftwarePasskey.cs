using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sso.Testing;

/// <summary>
/// An authenticator written from WebAuthn Level 3 §6 alone (ES256, attestation "none"), each of whose statements can be bent.
/// </summary>
public sealed class SoftwarePasskey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(32);
    private byte[]? _userHandle;

    public string Origin { get; set; } = SsoServer.Issuer;

    public string Domain { get; set; } = new Uri(SsoServer.Issuer).Host;

    public bool CrossOrigin { get; set; }

    public bool UserPresent { get; set; } = true;

    public bool UserVerified { get; set; } = true;

    public bool BackupEligible { get; set; }

    public bool BackedUp { get; set; }

    /// <summary>Instead of webauthn.create or webauthn.get.</summary>
    public string? Type { get; set; }

    /// <summary>In the public key, instead of -7 (ES256).</summary>
    public sbyte Algorithm { get; set; } = -7;

    /// <summary>Sent as id, while rawId stays.</summary>
    public string? OtherId { get; set; }

    public bool EmptySignature { get; set; }

    public uint SignCount { get; set; } = 1;

    public void Dispose() => _key.Dispose();

    /// <summary>The answer to navigator.credentials.create, for the form of this page.</summary>
    public (string Name, string Value)[] Create(Page page)
    {
        var options = OptionsOf(page);
        _userHandle = Base64Url.DecodeFromChars((string)options["user"]!["id"]!);
        var clientData = ClientData(options, "webauthn.create");
        byte[] attestation =
        [
            0xA3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xA0, .. Text("authData"), .. Bytes(AuthenticatorData([
                .. new byte[16], 0, (byte)_id.Length, .. _id, .. PublicKey()])),
        ];
        return Fields(page, new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>The answer to navigator.credentials.get, for the form of this page.</summary>
    public (string Name, string Value)[] Get(Page page)
    {
        var clientData = ClientData(OptionsOf(page), "webauthn.get");
        SignCount++;
        var data = AuthenticatorData(attested: null);
        var signature = _key.SignData(
            [.. data, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Fields(page, new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(EmptySignature ? [] : signature),
            ["userHandle"] = Base64Url.EncodeToString(_userHandle ?? []),
        });
    }

    /// <summary>What the page asks of navigator.credentials.</summary>
    public static JsonNode OptionsOf(Page page) =>
        JsonNode.Parse(page.Document.QuerySelector("form[data-passkey]")!.GetAttribute("data-options")!)!;

    private (string Name, string Value)[] Fields(Page page, JsonObject response)
    {
        var id = Base64Url.EncodeToString(_id);
        var credential = new JsonObject
        {
            ["id"] = OtherId ?? id,
            ["rawId"] = id,
            ["type"] = "public-key",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = response,
        };
        var state = page.Document.QuerySelector("input[name='Passkey.State']")!.GetAttribute("value")!;
        return [("Passkey.State", state), ("Passkey.Credential", credential.ToJsonString())];
    }

    private byte[] ClientData(JsonNode options, string type) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["type"] = Type ?? type,
        ["challenge"] = (string)options["challenge"]!,
        ["origin"] = Origin,
        ["crossOrigin"] = CrossOrigin,
    });

    private byte[] AuthenticatorData(byte[]? attested)
    {
        var flags =
            (UserPresent ? 1 : 0) | (UserVerified ? 4 : 0) | (BackupEligible ? 8 : 0) | (BackedUp ? 16 : 0) | (attested is null ? 0 : 64);
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, SignCount);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(Domain)), (byte)flags, .. count, .. attested ?? []];
    }

    /// <summary>COSE_Key (RFC 9053 §7.1): key type 2, the algorithm, curve 1, x and y.</summary>
    private byte[] PublicKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return [0xA5, 0x01, 0x02, 0x03, (byte)(0x20 | (-1 - Algorithm)), 0x20, 0x01, 0x21, .. Bytes(point.X!), 0x22, .. Bytes(point.Y!)];
    }

    private static byte[] Text(string text) => [(byte)(0x60 | text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Bytes(byte[] bytes) => bytes.Length < 256
        ? [0x58, (byte)bytes.Length, .. bytes]
        : [0x59, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
}
