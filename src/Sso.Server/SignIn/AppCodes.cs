using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;

namespace Sso.Server.SignIn;

/// <summary>Codes of the authenticator app at sign-in (RFC 6238 §5.2): one step either side, each step accepted once.</summary>
public sealed class AppCodes(SsoDbContext database, Sealer sealer, FactorProofs proofs, TimeProvider clock)
{
    public async Task<CodeOutcome> CheckAsync(HttpContext http, Flow flow, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return new CodeOutcome.Empty();
        }

        if (TypedCode.SixDigits(typed) is not { } code)
        {
            return new CodeOutcome.Format();
        }

        var factor = await database.SecondFactors.AsNoTracking()
            .Where(row => row.PersonId == signIn.PersonId && row.Method == ProofMethod.AuthenticatorApp && row.ActivatedAt != null)
            .OrderByDescending(row => row.ActivatedAt).FirstOrDefaultAsync(cancellation);
        if (factor is null)
        {
            return new CodeOutcome.Wrong();
        }

        if (await proofs.ReserveAsync(signIn, flow, factor, cancellation) is { } refused)
        {
            return refused;
        }

        var seed = sealer.Unprotect(factor.Context, factor.Protected)
            ?? throw new CryptographicException("The seed of an authenticator app does not open: it does not belong to this row.");
        if (Totp.Match(seed, code, clock.GetUtcNow()) is not { } step)
        {
            await proofs.FailedAsync(http, signIn, flow, ProofMethod.AuthenticatorApp, cancellation);
            return new CodeOutcome.Wrong();
        }

        if (!await TakeStepAsync(database, factor.Id, step, cancellation))
        {
            return new CodeOutcome.Used();
        }

        await proofs.SucceededAsync(http, signIn, flow, factor, ProofMethod.AuthenticatorApp, SecurityEventKind.SecondFactorProved, cancellation);
        return new CodeOutcome.Accepted();
    }

    /// <summary>True for the one request on any node that takes this step first.</summary>
    internal static async Task<bool> TakeStepAsync(SsoDbContext database, Guid factorId, long step, CancellationToken cancellation) =>
        await database.SecondFactors.Where(row => row.Id == factorId && row.LastStep < step)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastStep, step), cancellation) == 1;
}
