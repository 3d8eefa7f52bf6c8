using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Accounts.Factors;

/// <summary>
/// Lets Identity's WebAuthn handler find people and the passkeys among their factors. It may not write: our verifiers do.
/// </summary>
internal sealed class PasskeyStore(SsoDbContext database, Sealer sealer) : UserOnlyStore<Person, SsoDbContext, Guid>(database)
{
    public override async Task<Person?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await FactorAsync(credentialId, cancellationToken) is { } factor
            ? await Context.Users.SingleOrDefaultAsync(person => person.Id == factor.PersonId, cancellationToken)
            : null;

    public override async Task<UserPasskeyInfo?> FindPasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) =>
        await FactorAsync(credentialId, cancellationToken) is { } factor && factor.PersonId == user.Id ? Credential(factor) : null;

    public override async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Person user, CancellationToken cancellationToken)
    {
        var factors = await Context.SecondFactors.AsNoTracking()
            .Where(row => row.PersonId == user.Id && row.Method == ProofMethod.Passkey)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellationToken);
        return [.. factors.Select(Credential)];
    }

    private Task<SecondFactor?> FactorAsync(byte[] credentialId, CancellationToken cancellation)
    {
        var hash = PasskeyCeremonies.HashOf(credentialId);
        return Context.SecondFactors.AsNoTracking().SingleOrDefaultAsync(row => row.CredentialHash == hash, cancellation);
    }

    private UserPasskeyInfo Credential(SecondFactor factor) =>
        PasskeyCredential.Deserialize(sealer.Reveal(factor.Context, factor.Protected), factor.CreatedAt);
}
