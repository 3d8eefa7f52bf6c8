using Microsoft.EntityFrameworkCore;
using OtpNet;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>Codes of the authenticator app at sign-in (RFC 6238 §5.2): one step on either side of now, each step accepted once.</summary>
public sealed class AppCodes(SsoDbContext database, Sealer sealer, SecondStep step, TimeProvider clock)
{
    public Task<CodeOutcome> CheckAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation) =>
        step.TryCodeAsync(
            visit, request, signIn, ProofMethod.AuthenticatorApp, typed,
            code => CompareAsync(signIn.PersonId, code, cancellation), cancellation);

    /// <summary>A person with two apps may type the code of either.</summary>
    private async Task<(CodeOutcome Outcome, SecondFactor? Factor)> CompareAsync(
        Guid personId, string code, CancellationToken cancellation)
    {
        var apps = await database.ActiveFactors(personId).AsNoTracking().Where(row => row.Method == ProofMethod.AuthenticatorApp)
            .OrderByDescending(row => row.ActivatedAt).ToListAsync(cancellation);
        foreach (var app in apps)
        {
            var outcome = await CompareAsync(database, app, sealer.Reveal(app.Context, app.Protected), code, clock, cancellation);
            if (outcome is not CodeOutcome.Wrong)
            {
                return (outcome, app);
            }
        }

        return (new CodeOutcome.Wrong(), null);
    }

    /// <summary>Accepted for the first request on any node that uses this step.</summary>
    internal static async Task<CodeOutcome> CompareAsync(
        SsoDbContext database, SecondFactor app, byte[] seed, string code, TimeProvider clock, CancellationToken cancellation)
    {
        if (Totp.Match(seed, code, clock.GetUtcNow()) is not { } step)
        {
            return new CodeOutcome.Wrong();
        }

        return await database.SecondFactors.Where(row => row.Id == app.Id && row.LastStep < step)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastStep, step), cancellation) == 1
            ? new CodeOutcome.Accepted()
            : new CodeOutcome.Used();
    }
}

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
