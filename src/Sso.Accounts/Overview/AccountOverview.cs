using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Factors;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Delivery;
using Sso.Protocol;

namespace Sso.Accounts.Overview;

/// <summary>One enrolled second factor as its owner sees it.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="MaskedNumber">For text messages.</param>
public sealed record MethodView(
    Guid Id, ProofMethod Method, string? Name, string? MaskedNumber, DateTimeOffset AddedAt, DateTimeOffset? LastUsedAt);

/// <summary>The state of an account in one piece.</summary>
/// <param name="Mailbox">The masked address that mails go to; null without a confirmed one.</param>
public sealed record AccountView(
    string UserName, string? Email, string? Mailbox, bool HasPassword, IReadOnlyList<MethodView> Methods,
    int RecoveryCodesLeft, DateTimeOffset? LastAccessAt, string? LastAccessAddress);

/// <summary>What the account pages show.</summary>
public sealed class AccountOverview(SsoDbContext database, Sealer sealer, RecoveryCodeSet recoveryCodes)
{
    public async Task<AccountView> LoadAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        return new(
            person.UserName!,
            person.Email,
            person is { Email: { } address, EmailConfirmed: true } ? EmailAddress.Mask(address) : null,
            person.PasswordHash is not null,
            await MethodsAsync(signIn.PersonId, cancellation),
            await recoveryCodes.RemainingAsync(signIn.PersonId, cancellation),
            signIn.PreviousAccessAt,
            signIn.PreviousAccessAddress);
    }

    /// <summary>The active methods in the order in which they were added.</summary>
    public async Task<IReadOnlyList<MethodView>> MethodsAsync(Guid personId, CancellationToken cancellation)
    {
        var factors = await database.ActiveFactors(personId).AsNoTracking().OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return
        [
            .. factors.Select(
                factor => new MethodView(
                    factor.Id, factor.Method, factor.Name, MaskedNumber(factor), factor.ActivatedAt!.Value, factor.LastUsedAt)),
        ];
    }

    private string? MaskedNumber(SecondFactor factor) => factor.Method == ProofMethod.TextMessage
        ? PhoneNumber.FromStored(factor.NumberBy(sealer)).Masked
        : null;
}
