namespace Sso.Protocol;

/// <summary>The JWS algorithms that Sso signs with (RFC 7518 §3.1).</summary>
public static class SigningAlgorithms
{
    public const string RS256 = "RS256";
    public const string ES256 = "ES256";

    public static readonly IReadOnlyList<string> All = [RS256, ES256];
}
