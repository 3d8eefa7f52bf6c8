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
public sealed class AppEnrolment(SsoDbContext database, Sealer sealer, FactorEnrolment enrolment, BrandOptions brand, TimeProvider clock)
{
    /// <summary>Shows the pending seed of this session, or makes one.</summary>
    public async Task<AppEnrolmentView> BeginAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var pending = await enrolment.PendingAsync(signIn, ProofMethod.AuthenticatorApp, cancellation);
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

    public Task<CodeOutcome> ConfirmAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation) =>
        enrolment.ConfirmAsync(
            visit, request, signIn, ProofMethod.AuthenticatorApp, typed,
            (pending, code) => AppCodes.CompareAsync(database, pending, SeedOf(pending), code, clock, cancellation),
            pending =>
            {
                database.Attach(pending).Entity.Activate(clock.GetUtcNow());
                return enrolment.EnrolledAsync(visit, signIn, request, pending, cancellation);
            },
            cancellation);

    private byte[] SeedOf(SecondFactor factor) => sealer.Reveal(factor.Context, factor.Protected);

    private static string Qr(string uri)
    {
        using var data = QRCodeGenerator.GenerateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
