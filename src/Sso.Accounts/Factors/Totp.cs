using OtpNet;

namespace Sso.Accounts.Factors;

/// <summary>
/// Time-based one-time passwords (RFC 6238) as every authenticator app computes them: HMAC-SHA-1, six digits, steps of 30 seconds.
/// </summary>
internal static class Totp
{
    public const int SeedSize = 20;

    /// <summary>The step to which a code belongs, at most one either side of now (RFC 6238 §5.2); null if none.</summary>
    public static long? Match(byte[] seed, string code, DateTimeOffset now) =>
        new OtpNet.Totp(seed, step: 30, OtpHashMode.Sha1, totpSize: 6)
            .VerifyTotp(now.UtcDateTime, code, out var step, VerificationWindow.RfcSpecifiedNetworkDelay) ? step : null;

    /// <summary>Key URI Format: the issuer is both prefix and parameter.</summary>
    public static string Uri(string key, string account, string issuer) => new OtpUri(
        OtpType.Totp, key, WithoutColon(account), WithoutColon(issuer), OtpHashMode.Sha1, digits: 6, period: 30).ToString();

    private static string WithoutColon(string text) => text.Replace(":", "", StringComparison.Ordinal);
}
