using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data.Clients;
using Sso.Protocol.Clients;

namespace Sso.Testing;

/// <summary>An application under test: it makes authorization requests and redeems what comes back.</summary>
public sealed class RelyingParty(SsoServer server, ClientRegistration registration, string? secret)
{
    private string _verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public string Id => registration.Id;

    public string? Secret => secret;

    public string RedirectUri => registration.RedirectUris[0];

    public string Verifier => _verifier;

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>The same application, talking to another node.</summary>
    public RelyingParty On(SsoServer node) => new(node, registration, secret) { _verifier = _verifier };

    /// <summary>An authorization request; a null value leaves a parameter out.</summary>
    public string AuthorizeUrl(params (string Name, string? Value)[] changes) =>
        QueryHelpers.AddQueryString("/connect/authorize", Request(changes).Where(pair => pair.Value is not null));

    /// <summary>The same request, pushed (RFC 9126 §2).</summary>
    public Task<TokenAnswer> PushAsync(params (string Name, string? Value)[] changes) =>
        PostAsync("/connect/par", [.. Request(changes).Select(pair => (pair.Key, pair.Value))]);

    private Dictionary<string, string?> Request((string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = Id,
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid profile email",
            ["state"] = "state-1",
            ["nonce"] = "nonce-1",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            parameters[name] = value;
        }

        return parameters;
    }

    /// <summary>Takes a customer through the pages with whatever factor they have, to where the browser leaves Sso.</summary>
    public Task<Page> SignInAsync(Browser browser, Customer customer, params (string Name, string? Value)[] changes) =>
        Journey.SignInAsync(browser, customer, AuthorizeUrl(changes));

    public Task<TokenAnswer> RedeemAsync(string? code, params (string Name, string? Value)[] changes) => TokenAsync(
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri), ("code_verifier", Verifier), .. changes,
        ]);

    public Task<TokenAnswer> RefreshAsync(string? refreshToken, params (string Name, string? Value)[] changes) =>
        TokenAsync([("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. changes]);

    /// <summary>Later values of a name replace earlier ones; null leaves a parameter out.</summary>
    public Task<TokenAnswer> TokenAsync(params (string Name, string? Value)[] parameters) => PostAsync("/connect/token", parameters);

    /// <summary>A device authorization request (RFC 8628 §3.1).</summary>
    public Task<TokenAnswer> AskDeviceAsync(params (string Name, string? Value)[] changes) => PostAsync("/connect/device", [("scope", "openid"), .. changes]);

    /// <summary>What a device asks until its person has answered (RFC 8628 §3.4).</summary>
    public Task<TokenAnswer> PollAsync(TokenAnswer asked) =>
        TokenAsync(("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", asked.Text("device_code")));

    /// <summary>A backchannel authentication request (CIBA Core §7.1).</summary>
    public Task<TokenAnswer> AskPersonAsync(string? loginHint, params (string Name, string? Value)[] changes) =>
        PostAsync("/connect/ciba", [("scope", "openid"), ("login_hint", loginHint), .. changes]);

    public Task<TokenAnswer> PollPersonAsync(TokenAnswer asked) =>
        TokenAsync(("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", asked.Text("auth_req_id")));

    /// <summary>An exchange of an access token (RFC 8693 §2.1).</summary>
    public Task<TokenAnswer> ExchangeAsync(string? subjectToken, params (string Name, string? Value)[] changes) => TokenAsync(
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", subjectToken),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"), .. changes,
        ]);

    public Task<TokenAnswer> IntrospectAsync(string? token) => PostAsync("/connect/introspect", ("token", token));

    public Task<TokenAnswer> RevokeAsync(string? token) => PostAsync("/connect/revoke", ("token", token));

    /// <summary>A form post to an endpoint that applications call, authenticated as this one.</summary>
    public async Task<TokenAnswer> PostAsync(string path, params (string Name, string? Value)[] parameters)
    {
        using var response = await SendAsync(path, accept: null, parameters);
        var body = await response.Content.ReadAsStringAsync();
        return new TokenAnswer(response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement);
    }

    public async Task<HttpResponseMessage> SendAsync(string path, string? accept, params (string Name, string? Value)[] parameters)
    {
        var form = new Dictionary<string, string?>();
        foreach (var (name, value) in parameters)
        {
            form[name] = value;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        switch (registration.AuthenticationMethod)
        {
            case ClientAuthenticationMethod.ClientSecretBasic:
                var pair = $"{Uri.EscapeDataString(Id)}:{Uri.EscapeDataString(secret!)}";
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
                break;
            case ClientAuthenticationMethod.ClientSecretPost:
                form.TryAdd("client_id", Id);
                form.TryAdd("client_secret", secret);
                break;
            default:
                form.TryAdd("client_id", Id);
                break;
        }

        request.Content = new FormUrlEncodedContent(form.Where(field => field.Value is not null)!);
        using var client = server.Backchannel();
        return await client.SendAsync(request);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> UserInfoAsync(string? accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var client = server.Backchannel();
        using var response = await client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}

/// <summary>An answer of the token endpoint.</summary>
public sealed record TokenAnswer(HttpStatusCode Status, JsonElement Body)
{
    public string? AccessToken => Text("access_token");

    public string? RefreshToken => Text("refresh_token");

    public string? Error => Text("error");

    public JsonWebToken IdToken => new(Text("id_token"));

    public IEnumerable<string> Amr => IdToken.Claims.Where(claim => claim.Type == "amr").Select(claim => claim.Value);

    public string? Text(string name) => Body.TryGetProperty(name, out var value) ? value.GetString() : null;
}
