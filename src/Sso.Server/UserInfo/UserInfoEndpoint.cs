using System.Text.Json;
using Sso.Data;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Token;

namespace Sso.Server.UserInfo;

/// <summary>The userinfo endpoint (OIDC Core §5.3): GET and POST, Bearer token in the header or the form (RFC 6750 §2). One read, one verification.</summary>
internal static class UserInfoEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/connect/userinfo", ["GET", "POST"], HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http, IssuedTokens tokens, ClientDirectory clients, SsoDbContext database, TimeProvider clock, CancellationToken cancellation)
    {
        if (await ReadTokenAsync(http, cancellation) is not { } token)
        {
            // RFC 6750 §3.1: no token, no error code.
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        }

        if (await tokens.ReadAccessTokenAsync(token) is not { } accessToken)
        {
            return Refused(OAuthError.InvalidToken("not a token of ours in force"));
        }

        if (clients.Find(accessToken.ClientId) is null)
        {
            return Refused(OAuthError.InvalidToken("its client is disabled or gone"));
        }

        var scopes = accessToken.Scopes;
        if (!scopes.Contains(Scopes.OpenId) || accessToken.GrantId is not { } grantId)
        {
            return Refused(OAuthError.InsufficientScope);
        }

        var row = await database.FindUserInfoAsync(grantId, clock.GetUtcNow(), cancellation);
        if (row is null)
        {
            return Refused(OAuthError.InvalidToken("the grant was revoked, or its person is disabled"));
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(Write(row, scopes), "application/json");
    }

    private static OAuthErrorResult Refused(OAuthError error) => new(error, asBearerChallenge: true);

    private static async Task<string?> ReadTokenAsync(HttpContext http, CancellationToken cancellation)
    {
        const string Scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return header[Scheme.Length..].Trim();
        }

        return HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType
            && (await http.Request.ReadFormAsync(cancellation))["access_token"] is [{ Length: > 0 } posted]
            ? posted
            : null;
    }

    /// <summary>The claims of OIDC Core §5.1 that the scopes bring (§5.4); what is not known is left out.</summary>
    private static byte[] Write(UserInfoRow row, IReadOnlyList<string> scopes)
    {
        var person = row.Person;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("sub", person.Id.ToString("N"));
            if (scopes.Contains(Scopes.Profile))
            {
                WriteProfile(json, person);
            }

            if (scopes.Contains(Scopes.Email) && person.Email is not null)
            {
                json.WriteString("email", person.Email);
                json.WriteBoolean("email_verified", person.EmailConfirmed);
            }

            if (scopes.Contains(Scopes.Phone) && person.PhoneNumber is not null)
            {
                json.WriteString("phone_number", person.PhoneNumber);
                json.WriteBoolean("phone_number_verified", person.PhoneNumberConfirmed);
            }

            if (scopes.Contains(Scopes.Address) && HasAddress(person))
            {
                json.WriteStartObject("address");
                Write(json, "street_address", person.StreetAddress);
                Write(json, "locality", person.Locality);
                Write(json, "region", person.Region);
                Write(json, "postal_code", person.PostalCode);
                Write(json, "country", person.Country);
                json.WriteEndObject();
            }

            if (scopes.Contains(Scopes.LastAccess) && row.PreviousAccessAt is { } at)
            {
                json.WriteNumber("last_access_at", at.ToUnixTimeSeconds());
                Write(json, "last_access_ip", row.PreviousAccessAddress);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteProfile(Utf8JsonWriter json, Person person)
    {
        Write(json, "name", person.Name);
        Write(json, "given_name", person.GivenName);
        Write(json, "family_name", person.FamilyName);
        Write(json, "middle_name", person.MiddleName);
        Write(json, "nickname", person.Nickname);
        Write(json, "preferred_username", person.UserName);
        Write(json, "profile", person.ProfilePage);
        Write(json, "picture", person.Picture);
        Write(json, "website", person.Website);
        Write(json, "gender", person.Gender);
        Write(json, "birthdate", person.Birthdate);
        Write(json, "zoneinfo", person.ZoneInfo);
        Write(json, "locale", person.Locale);
        json.WriteNumber("updated_at", person.UpdatedAt.ToUnixTimeSeconds());
    }

    private static bool HasAddress(Person person) =>
        (person.StreetAddress ?? person.Locality ?? person.Region ?? person.PostalCode ?? person.Country) is not null;

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            json.WriteString(name, value);
        }
    }
}
