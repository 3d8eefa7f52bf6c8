namespace Sso.Extensions.BackchannelLogout;

/// <summary>
/// Applications are told from server to server that a session is over (Back-Channel Logout §2). The host knows whom it concerns: it puts
/// <c>sid</c> into ID tokens, and posts to each application what <see cref="LogoutTokens"/> makes, as often as it takes.
/// </summary>
public static class BackchannelLogoutExtension
{
    public static OpenIddictServerBuilder AddBackchannelLogout(this OpenIddictServerBuilder server)
    {
        server.Services.AddHostDefaults().TryAddSingleton<LogoutTokens>();
        return server.Describe("backchannel_logout_supported", "backchannel_logout_session_supported");
    }
}

/// <summary>Logout tokens, one for each attempt, as they live two minutes; signed and encrypted as its ID tokens (§2.4).</summary>
public sealed class LogoutTokens(ISigningKeys keys, TokenEncryptor encryptor, IIssuerName issuer, TimeProvider clock)
{
    /// <param name="subject">The person as this application knows them.</param>
    /// <param name="sid">As its ID tokens had it.</param>
    public Task<Result<string, OAuthError>> MakeAsync(Client client, string subject, string sid, CancellationToken cancellation) =>
        encryptor.EncryptAsync(
            client,
            client.IdTokenEncryption,
            LogoutToken.Write(issuer.Value, client.Id, subject, sid, keys.Find(client.IdTokenSigningAlgorithm), clock.GetUtcNow()),
            isToken: true,
            cancellation);
}
