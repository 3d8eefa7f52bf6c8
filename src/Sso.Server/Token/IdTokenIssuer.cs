using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.Http;
using Sso.Server.Keys;
using Sso.Server.UserInfo;

namespace Sso.Server.Token;

/// <summary>Signs ID tokens and encrypts those that are to be (OIDC Core §2, §10.2).</summary>
public sealed class IdTokenIssuer(
    SigningKeyRing keys, TokenEncryptor encryptor, PersonReader people, SsoOptions options, TokenOptions lifetimes, TimeProvider clock)
{
    public TimeSpan Lifetime => lifetimes.IdTokenLifetime;

    /// <param name="grant">A person's.</param>
    /// <param name="claims">What it says of its person; where it says nothing, nothing is read.</param>
    /// <param name="code">What comes back through the browser beside it (OIDC Core §3.3.2.11); null at the token endpoint.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<Result<string>> IssueAsync(
        ApprovedGrant grant, IReadOnlySet<string> claims, string? code, CancellationToken cancellation)
    {
        var extras = new IdTokenExtras
        {
            Code = code,
            PersonClaims = await people.FindClaimsAsync(grant.GrantId!.Value, claims, cancellation),
        };
        var signed = IdToken.Write(
            grant, options.Issuer, keys.Signing(grant.Client.IdTokenSigningAlgorithm),
            clock.GetUtcNow(), lifetimes.IdTokenLifetime, extras);
        return await encryptor.EncryptAsync(grant.Client, grant.Client.IdTokenEncryption, signed, isToken: true, cancellation);
    }
}
