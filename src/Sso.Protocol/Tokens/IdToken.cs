namespace Sso.Protocol.Tokens;

/// <summary>The ID token (OIDC Core §2). It carries what happened; who the person is stands at the userinfo endpoint (OIDC Core §5.4).</summary>
public static class IdToken
{
    /// <exception cref="InvalidOperationException">The grant is not a person's: a bug.</exception>
    public static string Write(ApprovedGrant grant, string issuer, SignatureKey key, DateTimeOffset now, TimeSpan lifetime, IdTokenExtras extras)
    {
        var authentication = grant.Authentication ?? throw new InvalidOperationException("Only a person's grant has an ID token.");
        return JwtWriter.Write(key, "JWT", json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("sub", grant.Subject);
            json.WriteString("aud", grant.Client.Id);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + lifetime).ToUnixTimeSeconds());
            json.WriteNumber("auth_time", authentication.Time.ToUnixTimeSeconds());
            if (grant.Nonce is not null)
            {
                json.WriteString("nonce", grant.Nonce);
            }

            json.WriteString("acr", authentication.Acr);
            json.WriteStartArray("amr");
            foreach (var method in authentication.Amr)
            {
                json.WriteStringValue(method);
            }

            json.WriteEndArray();
            if (grant.SessionId is { } sessionId)
            {
                json.WriteString("sid", grant.Client.SidOf(sessionId));
            }

            if (extras.Code is { } code)
            {
                json.WriteString("c_hash", HalfHash.Of(code, key.Algorithm));
            }

            extras.PersonClaims?.Invoke(json);
        });
    }
}
