using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data.Clients;
using Sso.Protocol.Clients;

namespace Sso.Testing;

/// <summary>An application under test: it makes authorization requests and redeems what comes back.</summary>
public sealed class RelyingParty(Provider provider, ClientRegistration registration, string? secret)
{
    private string _verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public RelyingParty(SsoServer server, ClientRegistration registration, string? secret)
        : this(server.Provider, registration, secret)
    {
    }

    public string Id => registration.Id;

    public string? Secret => secret;

    public string RedirectUri => registration.RedirectUris[0];

    public string Verifier => _verifier;

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>The same application, talking to another node.</summary>
    public RelyingParty On(SsoServer node) => new(node, registration, secret)
    {
        _verifier = _verifier,
        Key = Key,
        ProofKey = ProofKey,
        Nonce = Nonce,
        ProofText = ProofText,
        Certificate = Certificate,
        Address = Address,
    };

    /// <summary>The same application with a key of its own.</summary>
    public RelyingParty With(ClientKey? key, ClientKey? proofKey = null) =>
        new(provider, registration, secret) { Key = key, ProofKey = proofKey };

    /// <summary>Signs its assertions, where it authenticates by private_key_jwt.</summary>
    public ClientKey? Key { get; init; }

    /// <summary>Signs its proofs of possession (RFC 9449); null: it sends none.</summary>
    public ClientKey? ProofKey { get; set; }

    /// <summary>The nonce of the server that its proofs carry.</summary>
    public string? Nonce { get; set; }

    /// <summary>What it sends as its proof instead of a right one.</summary>
    public string? ProofText { get; set; }

    /// <summary>The certificate of its connections, as a trusted proxy writes it (RFC 9440).</summary>
    public string? Certificate { get; set; }

    /// <summary>The address from which its requests come; null for whatever the test server says.</summary>
    public string? Address { get; set; }

    /// <summary>An assertion that holds for five minutes (RFC 7523 §3).</summary>
    public string Assertion(Action<JsonObject>? change = null, JsonObject? header = null, ClientKey? key = null)
    {
        var now = provider.Clock.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = Id,
            ["sub"] = Id,
            ["aud"] = provider.Issuer,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["jti"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        };
        change?.Invoke(claims);
        return (key ?? Key!).Sign(claims, header);
    }

    /// <summary>A proof for one request (RFC 9449 §4.2).</summary>
    public string Proof(
        string method, string path, string? accessToken = null,
        Action<JsonObject>? change = null, JsonObject? header = null, ClientKey? key = null)
    {
        var proofKey = key ?? ProofKey!;
        var claims = new JsonObject
        {
            ["htm"] = method,
            ["htu"] = provider.Issuer + path,
            ["iat"] = provider.Clock.GetUtcNow().ToUnixTimeSeconds(),
            ["jti"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        };
        if (accessToken is not null)
        {
            claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        }

        if (Nonce is not null)
        {
            claims["nonce"] = Nonce;
        }

        change?.Invoke(claims);
        var whole = new JsonObject { ["typ"] = "dpop+jwt", ["jwk"] = proofKey.Jwk, ["kid"] = null };
        foreach (var (name, value) in header ?? [])
        {
            whole[name] = value?.DeepClone();
        }

        return proofKey.Sign(claims, whole);
    }

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
    public Task<TokenAnswer> AskDeviceAsync(params (string Name, string? Value)[] changes) =>
        PostAsync("/connect/device", [("scope", "openid"), .. changes]);

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
        return new TokenAnswer(
            response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement)
        { Headers = response.Headers };
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
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
                break;
            case ClientAuthenticationMethod.ClientSecretPost:
                form.TryAdd("client_id", Id);
                form.TryAdd("client_secret", secret);
                break;
            case ClientAuthenticationMethod.PrivateKeyJwt:
                form.TryAdd("client_assertion_type", ClientAssertion.Type);
                form.TryAdd("client_assertion", form["client_assertion_type"] is null ? null : Assertion());
                break;
            case ClientAuthenticationMethod.ClientSecretJwt:
                form.TryAdd("client_assertion_type", ClientAssertion.Type);
                break;
            default:
                form.TryAdd("client_id", Id);
                break;
        }

        AddProofs(request, "POST", path, accessToken: null);

        request.Content = new FormUrlEncodedContent(form.Where(field => field.Value is not null)!);
        using var client = provider.Connect();
        return await client.SendAsync(request);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> UserInfoAsync(string? accessToken)
    {
        var answer = await PresentAsync(ProofKey is null ? "Bearer" : "DPoP", accessToken);
        return (answer.Status, answer.Body);
    }

    /// <summary>Presents an access token at the userinfo endpoint.</summary>
    public async Task<TokenAnswer> PresentAsync(string scheme, string? accessToken)
    {
        const string Path = "/connect/userinfo";
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, accessToken);
        AddProofs(request, "GET", Path, accessToken);
        using var client = provider.Connect();
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new TokenAnswer(
            response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement)
        { Headers = response.Headers };
    }

    private void AddProofs(HttpRequestMessage request, string method, string path, string? accessToken)
    {
        if (ProofText is not null || ProofKey is not null)
        {
            request.Headers.TryAddWithoutValidation("DPoP", ProofText ?? Proof(method, path, accessToken));
        }

        if (Certificate is not null)
        {
            request.Headers.TryAddWithoutValidation("Client-Cert", Certificate);
        }

        if (Address is not null)
        {
            request.Headers.Add(VisitorAddress.Header, Address);
        }
    }
}

/// <summary>An answer of the token endpoint.</summary>
public sealed record TokenAnswer(HttpStatusCode Status, JsonElement Body)
{
    public HttpResponseHeaders? Headers { get; init; }

    /// <summary>The nonce that was offered for proofs; null unless there is exactly one.</summary>
    public string? DpopNonce =>
        Headers?.TryGetValues("DPoP-Nonce", out var values) == true && values.ToList() is [{ Length: > 0 } nonce] ? nonce : null;

    public string? AccessToken => Text("access_token");

    public string? RefreshToken => Text("refresh_token");

    public string? Error => Text("error");

    public JsonWebToken IdToken => new(Text("id_token"));

    public IEnumerable<string> Amr => IdToken.Claims.Where(claim => claim.Type == "amr").Select(claim => claim.Value);

    public string? Text(string name) =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(name, out var value) ? value.GetString() : null;
}
