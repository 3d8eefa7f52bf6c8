using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ClientArea.SignIn;

/// <summary>
/// What must come back unchanged: the state (RFC 6749 §10.12), the nonce (OIDC Core §15.5.2) and the code verifier (RFC 7636 §4.1).
/// </summary>
public sealed record PendingSignIn(string State, string Nonce, string CodeVerifier)
{
    public static PendingSignIn New() => new(Random(), Random(), Random());

    public string CodeChallenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(CodeVerifier)));

    public override string ToString() => "(pending sign-in)";

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
