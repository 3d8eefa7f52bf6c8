using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ClientArea.SignIn;

/// <summary>
/// The sessions that Sso says are over (Back-Channel Logout §2): a browser that comes with one of them is signed out here too. Kept in
/// memory for as long as an earlier cookie can live.
/// </summary>
public sealed class EndedSessions(Provider provider, ClientAreaSettings settings, TimeProvider clock)
{
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private static readonly JsonWebTokenHandler Tokens = new();

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>The tokens received, by their <c>jti</c>.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    public bool Holds(string? session) => session is not null && _ended.ContainsKey(session);

    /// <summary>
    /// Back-Channel Logout §2.6: signature, issuer, audience, life and type by the library; event, session, no nonce and no replay here.
    /// Sso always names the session, so a token that names only a person is refused.
    /// </summary>
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
            || !token.TryGetPayloadValue<JsonElement>("events", out var events) || !IsLogout(events)
            || !token.TryGetPayloadValue<string>("sid", out var session) || !token.TryGetPayloadValue<string>("jti", out var id))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        ForgetOld(_ended, now);
        ForgetOld(_seen, now);
        if (!_seen.TryAdd(id, now))
        {
            return false;
        }

        _ended[session] = now;
        return true;
    }

    /// <summary>Back-Channel Logout §2.4: an object whose member of this name is itself an object.</summary>
    private static bool IsLogout(JsonElement events) => events.ValueKind == JsonValueKind.Object
        && events.TryGetProperty(LogoutEvent, out var logout) && logout.ValueKind == JsonValueKind.Object;

    private static void ForgetOld(ConcurrentDictionary<string, DateTimeOffset> times, DateTimeOffset now)
    {
        foreach (var (old, _) in times.Where(known => known.Value < now - Kept))
        {
            times.TryRemove(old, out _);
        }
    }
}
