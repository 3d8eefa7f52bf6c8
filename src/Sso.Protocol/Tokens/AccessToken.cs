namespace Sso.Protocol.Tokens;

/// <summary>The access token (RFC 9068 §2.2): a JWT without a row; <c>gid</c> ties it to the grant whose revocation ends it.</summary>
public static class AccessToken
{
    public const string Type = "at+jwt";

    /// <summary>Our own claim: the public id of the grant.</summary>
    public const string GrantClaim = "gid";

    public static string Write(
        ApprovedGrant grant, Audience audience, string issuer, SignatureKey key,
        DateTimeOffset now, TimeSpan lifetime, SenderConstraint? sender) =>
        JwtWriter.Write(key, Type, json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("sub", grant.Subject);
            JwtWriter.WriteAudience(json, audience.ValuesFor(issuer));
            json.WriteString("client_id", grant.Client.Id);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + lifetime).ToUnixTimeSeconds());
            json.WriteString("jti", Guid.CreateVersion7(now).ToString("N"));
            json.WriteString("scope", Scopes.Format(audience.Scopes));
            sender?.Write(json);
            if (grant.GrantId is { } grantId)
            {
                json.WriteString(GrantClaim, grantId.ToString("N"));
            }

            grant.Actor.Write(json);
            if (grant.AuthorizationDetails is { } details)
            {
                // RFC 9396 §9.1.
                json.WritePropertyName("authorization_details");
                json.WriteRawValue(details);
            }

            if (grant.Authentication is { } authentication)
            {
                json.WriteNumber("auth_time", authentication.Time.ToUnixTimeSeconds());
                json.WriteString("acr", authentication.Acr);
                json.WriteStartArray("amr");
                foreach (var method in authentication.Amr)
                {
                    json.WriteStringValue(method);
                }

                json.WriteEndArray();
            }
        });
}
