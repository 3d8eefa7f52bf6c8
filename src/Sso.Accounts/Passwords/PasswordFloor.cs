using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Accounts.Passwords;

/// <summary>
/// How long a new password has to be (NIST SP 800-63B §3.1.1.2): 8 characters if a second factor is always demanded, 15 as soon as one
/// application accepts the password alone. A person has one password for all of them, so the weakest decides for everybody.
/// </summary>
public sealed class PasswordFloor(SsoDbContext database, PasswordSettings settings)
{
    public async Task<PasswordPolicy> PolicyAsync(CancellationToken cancellation) => new(
        settings.AccountDemandsSecondFactor && !await Lenient().AnyAsync(cancellation)
            ? PasswordPolicy.WithSecondFactor
            : PasswordPolicy.Alone,
        settings.Service);

    /// <summary>The policy in full, for those who have to show it.</summary>
    public async Task<PasswordPolicyView> ViewAsync(CancellationToken cancellation)
    {
        var clients = await Lenient().Select(client => client.Id).OrderBy(id => id).ToListAsync(cancellation);
        return new PasswordPolicyView
        {
            Shortest = (await PolicyAsync(cancellation)).Shortest,
            AccountAreaTakesPasswordAlone = !settings.AccountDemandsSecondFactor,
            ClientsThatTakePasswordAlone = [.. clients],
            ContextWords = [settings.Service],
        };
    }

    /// <summary>
    /// The clients that are open to people and sometimes content with the password: by policy, for the first sign-ins, in a remembered
    /// browser, or with a code to the mailbox that also resets it.
    /// </summary>
    private IQueryable<Data.Clients.ClientRegistration> Lenient() => database.Clients.AsNoTracking().Where(client =>
        client.DisabledAt == null
        && (!client.GrantTypes.Contains(GrantTypes.ClientCredentials) || client.GrantTypes.Count > 1)
        && (client.SecondFactor != SecondFactorPolicy.Required || client.GraceSignIns > 0
            || client.AcceptsTrustedDevices || client.AcceptsMailCodes));
}
