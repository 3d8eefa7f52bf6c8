using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ClientArea.SignIn;

/// <summary>
/// The sessions that Sso says are over (Back-Channel Logout §2): whoever comes with one of them is signed out here too. Kept in memory for as
/// long as a cookie of before can live.
/// </summary>
public sealed class EndedSessions(Provider provider, ClientAreaSettings settings, TimeProvider clock)
{
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private static readonly JsonWebTokenHandler Tokens = new();

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    public bool Holds(string? session) => session is not null && _ended.ContainsKey(session);

    /// <summary>Back-Channel Logout §2.6: signature, issuer, audience, life and type by the library; event, session and no nonce here.</summary>
    public async Task<bool> TryEndAsync(string? logoutToken)
    {
        var result = await Tokens.ValidateTokenAsync(logoutToken, new TokenValidationParameters
        {
            ConfigurationManager = provider.Configuration,
            ValidIssuer = settings.Authority.TrimEnd('/'),
            ValidAudience = settings.ClientId,
            ValidTypes = ["logout+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
            ClockSkew = TimeSpan.FromMinutes(1),
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token || token.TryGetClaim("nonce", out _)
            || !token.TryGetClaim("events", out var events) || !events.Value.Contains(LogoutEvent, StringComparison.Ordinal)
            || !token.TryGetClaim("sid", out var session))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        foreach (var (old, _) in _ended.Where(ended => ended.Value < now - Kept))
        {
            _ended.TryRemove(old, out _);
        }

        _ended[session.Value] = now;
        return true;
    }
}
