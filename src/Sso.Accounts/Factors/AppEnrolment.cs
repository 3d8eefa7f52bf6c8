using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using QRCoder;
using Sso.Accounts.Visits;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>What the page shows so that an app can be set up.</summary>
public sealed record AppEnrolmentView(string Key, string GroupedKey, string Uri, string QrSvg)
{
    public override string ToString() => "(app enrolment)";
}

/// <summary>
/// Enrols an authenticator app: the seed is pending, for 15 minutes and only in this session, until a code proves that the app has it.
/// </summary>
public sealed class AppEnrolment(SsoDbContext database, Sealer sealer, FactorProofs proofs, BrandOptions brand, TimeProvider clock)
{
    /// <summary>Shows the pending seed of this session, or makes one.</summary>
    public async Task<AppEnrolmentView> BeginAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var pending = await PendingAsync(signIn, cancellation);
        if (pending is null)
        {
            await database.PendingFactors(signIn).Where(row => row.Method == ProofMethod.AuthenticatorApp).ExecuteDeleteAsync(cancellation);
            var now = clock.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            pending = new SecondFactor
            {
                Id = id,
                PersonId = signIn.PersonId,
                Method = ProofMethod.AuthenticatorApp,
                Protected = sealer.Protect(SecondFactor.ContextOf(id), RandomNumberGenerator.GetBytes(Totp.SeedSize)),
                CreatedAt = now,
                PendingSessionId = signIn.SessionId,
            };
            database.SecondFactors.Add(pending);
            await database.SaveChangesAsync(cancellation);
        }

        var key = Base32.Encode(SeedOf(pending));
        var uri = Totp.Uri(key, signIn.UserName, brand.Name);
        return new(key, Base32.InGroupsOfFour(key), uri, Qr(uri));
    }

    /// <summary>Activates the pending app when the code is right: possession is proved, so it counts for this sign-in as well.</summary>
    public async Task<CodeOutcome> ConfirmAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return new CodeOutcome.Empty();
        }

        if (TypedCode.SixDigits(typed) is not { } code)
        {
            return new CodeOutcome.Format();
        }

        if (await PendingAsync(signIn, cancellation) is not { } pending)
        {
            return new CodeOutcome.Expired();
        }

        if (await proofs.ReserveAsync(visit, signIn, request, method: null, cancellation) is { } refused)
        {
            return refused;
        }

        if (Totp.Match(SeedOf(pending), code, clock.GetUtcNow()) is not { } step)
        {
            await proofs.FailedAsync(visit, signIn, request, ProofMethod.AuthenticatorApp, cancellation);
            return new CodeOutcome.Wrong();
        }

        if (!await AppCodes.TakeStepAsync(database, pending.Id, step, cancellation))
        {
            return new CodeOutcome.Used();
        }

        database.Attach(pending).Entity.Activate(clock.GetUtcNow());
        return await proofs.EnrolledAsync(visit, signIn, request, pending, cancellation)
            ? new CodeOutcome.Accepted()
            : new CodeOutcome.Expired();
    }

    private Task<SecondFactor?> PendingAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - SecondFactor.PendingLifetime;
        return database.PendingFactors(signIn).AsNoTracking()
            .Where(row => row.Method == ProofMethod.AuthenticatorApp && row.CreatedAt > since)
            .OrderByDescending(row => row.CreatedAt).FirstOrDefaultAsync(cancellation);
    }

    private byte[] SeedOf(SecondFactor factor) => sealer.Reveal(factor.Context, factor.Protected);

    private static string Qr(string uri)
    {
        using var data = QRCodeGenerator.GenerateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
