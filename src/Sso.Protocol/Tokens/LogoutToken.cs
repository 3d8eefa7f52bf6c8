using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>Tells one application that one session of a person is over (Back-Channel Logout §2.4); it never holds a nonce.</summary>
public static class LogoutToken
{
    public const string Type = "logout+jwt";

    public const string Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>Back-Channel Logout §4: short, because it is made when it is sent.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <param name="subject">The person as this application knows them.</param>
    /// <param name="sid">As its ID tokens had it.</param>
    /// <param name="key">A key of the algorithm that the application registered for ID tokens (Back-Channel Logout §2.6).</param>
    public static string Write(string issuer, string clientId, string subject, string sid, SigningCredentials key, DateTimeOffset now) =>
        JwtWriter.Write(key, Type, issuer, clientId, json =>
        {
            json.WriteString("sub", subject);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            json.WriteString("jti", Guid.CreateVersion7(now).ToString("N"));
            json.WriteString("sid", sid);
            json.WriteStartObject("events");
            json.WriteStartObject(Event);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
