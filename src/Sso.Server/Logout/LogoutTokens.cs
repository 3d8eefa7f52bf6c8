using Sso.Data.Logout;
using Sso.Extensions.EncryptedIdTokens;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.Http;
using Sso.Server.Keys;

namespace Sso.Server.Logout;

/// <summary>
/// Makes logout tokens, a new one for each attempt, because they live two minutes; signed, and where the client has it so encrypted, like its ID tokens
/// (Back-Channel Logout §2.4).
/// </summary>
public sealed class LogoutTokens(SigningKeyRing keys, TokenEncryptor encryptor, SsoOptions options, TimeProvider clock)
{
    public Task<Result<string>> MakeAsync(Client client, LogoutNotice notice) => encryptor.EncryptAsync(
        client,
        client.IdTokenEncryption,
        LogoutToken.Write(
            options.Issuer, client.Id, client.SubjectOf(notice.PersonId), client.SidOf(notice.SessionId), keys.Find(client.IdTokenSigningAlgorithm), clock.GetUtcNow()),
        isToken: true,
        CancellationToken.None);
}
