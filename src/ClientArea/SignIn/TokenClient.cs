using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ClientArea.SignIn;

/// <summary>The part of the sign-in that no browser sees: code for tokens, the checks of the ID token, the claims of userinfo.</summary>
public sealed class TokenClient(HttpClient http, Provider provider, ClientAreaSettings settings)
{
    private static readonly JsonWebTokenHandler Tokens = new();

    /// <exception cref="SignInException">Sso refused, does not answer, or a check failed.</exception>
    public async Task<SignedIn> RedeemAsync(string code, PendingSignIn pending, CancellationToken cancellation)
    {
        var description = await provider.DescribeAsync(cancellation);
        using var answer = await SendAsync(TokenRequest(description, code, pending), cancellation);
        var idToken = Text(answer, "id_token") ?? throw new SignInException(SignInProblem.Untrusted, "The token answer has no ID token.");
        var accessToken = Text(answer, "access_token")
            ?? throw new SignInException(SignInProblem.Untrusted, "The token answer has no access token.");
        var identity = await ValidateAsync(idToken, pending.Nonce);
        using var request = new HttpRequestMessage(HttpMethod.Get, description.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var userInfo = await SendAsync(request, cancellation);
        // OIDC Core §5.3.2: claims about someone else must not be used.
        return Text(userInfo, "sub") == identity.Subject
            ? new SignedIn(idToken, Claims(identity), Claims(userInfo))
            : throw new SignInException(SignInProblem.Untrusted, "Userinfo speaks of another subject.");
    }

    /// <summary>
    /// OIDC Core §3.1.3.7: signature, issuer, audience, algorithm and life by the library; authorized party and nonce here.
    /// </summary>
    private async Task<JsonWebToken> ValidateAsync(string idToken, string nonce)
    {
        var result = await Tokens.ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            ConfigurationManager = provider.Configuration,
            ValidIssuer = settings.Authority.TrimEnd('/'),
            ValidAudience = settings.ClientId,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
            ClockSkew = TimeSpan.FromMinutes(1),
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
        {
            throw new SignInException(SignInProblem.Untrusted, $"The ID token is not valid: {result.Exception?.GetType().Name}");
        }

        if (token.TryGetClaim("azp", out var party) && party.Value != settings.ClientId)
        {
            throw new SignInException(SignInProblem.Untrusted, "The ID token was issued to another party.");
        }

        return token.TryGetClaim("nonce", out var answered) && answered.Value == nonce
            ? token
            : throw new SignInException(SignInProblem.Untrusted, "The ID token answers another request.");
    }

    private HttpRequestMessage TokenRequest(OpenIdConnectConfiguration description, string code, PendingSignIn pending)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = settings.RedirectUri,
            ["code_verifier"] = pending.CodeVerifier,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, description.TokenEndpoint);
        if (settings.ClientSecret.Length == 0)
        {
            form["client_id"] = settings.ClientId;
        }
        else
        {
            // RFC 6749 §2.3.1: both halves are form-encoded first.
            var credentials = $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(settings.ClientSecret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private async Task<JsonDocument> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.SendAsync(request, cancellation);
            var body = await answer.Content.ReadAsStringAsync(cancellation);
            if ((int)answer.StatusCode >= 500)
            {
                throw new SignInException(
                    SignInProblem.Unreachable, $"{request.RequestUri!.AbsolutePath} answered {(int)answer.StatusCode}.");
            }

            return answer.IsSuccessStatusCode
                ? JsonDocument.Parse(body)
                : throw new SignInException(
                    SignInProblem.Refused, $"{request.RequestUri!.AbsolutePath} answered {(int)answer.StatusCode}: {ErrorOf(body)}");
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new SignInException(SignInProblem.Unreachable, $"{request.RequestUri!.AbsolutePath}: {exception.Message}");
        }
        catch (JsonException)
        {
            throw new SignInException(SignInProblem.Untrusted, $"{request.RequestUri!.AbsolutePath} did not answer with JSON.");
        }
    }

    private static string ErrorOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return $"{Text(document, "error")} {Text(document, "error_description")}";
        }
        catch (JsonException)
        {
            return "no error code";
        }
    }

    private static string? Text(JsonDocument document, string name) =>
        document.RootElement.ValueKind == JsonValueKind.Object
        && document.RootElement.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A text as it is; anything else as JSON.</summary>
    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static SortedDictionary<string, string> Claims(JsonDocument document) => new(
        document.RootElement.EnumerateObject().ToDictionary(claim => claim.Name, claim => TextOf(claim.Value)), StringComparer.Ordinal);

    private static SortedDictionary<string, string> Claims(JsonWebToken token) => new(
        token.Claims.GroupBy(claim => claim.Type)
            .ToDictionary(claims => claims.Key, claims => string.Join(' ', claims.Select(claim => claim.Value))),
        StringComparer.Ordinal);
}
