using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>A program of the operator, with a key, that calls the API with a token of its own.</summary>
internal sealed class ApiMachine
{
    private readonly SsoServer _server;

    private ApiMachine(SsoServer server, RelyingParty client, string token) => (_server, Client, Token) = (server, client, token);

    public RelyingParty Client { get; }

    public string Token { get; }

    /// <summary>Registered for these scopes, with a token for all of them.</summary>
    public static async Task<ApiMachine> OpenAsync(SsoServer server, params string[] scopes) =>
        await WithTokenAsync(server, await RegisterAsync(server, scopes));

    public static Task<RelyingParty> RegisterAsync(
        SsoServer server, string[] scopes, Action<ClientRegistration>? change = null) =>
        server.RegisterAsync("billing", new ClientKey("ES256"), client =>
        {
            (client.GrantTypes, client.RedirectUris, client.PostLogoutRedirectUris) = ([GrantTypes.ClientCredentials], [], []);
            client.Scopes = scopes;
            change?.Invoke(client);
        });

    public static async Task<ApiMachine> WithTokenAsync(SsoServer server, RelyingParty client, params (string, string?)[] more)
    {
        var answer = await client.TokenAsync([("grant_type", "client_credentials"), .. more]);
        Assert.True(answer.AccessToken is not null, answer.Body.ToString());
        return new(server, client, answer.AccessToken!);
    }

    public Task<ApiReply> GetAsync(string path) => SendAsync("GET", path);

    public Task<ApiReply> PostAsync(string path, JsonNode? body = null, string? seen = null, string? key = null) =>
        SendAsync("POST", path, body, seen, key);

    public async Task<ApiReply> SendAsync(
        string method, string path, JsonNode? body = null, string? seen = null, string? key = null, string type = "application/json",
        Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
        }

        if (seen is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", seen);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        change?.Invoke(request);
        return await SendAsync(_server, request);
    }

    public static async Task<ApiReply> SendAsync(SsoServer server, HttpRequestMessage request)
    {
        using var http = server.Backchannel();
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new(
            answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, text, answer.Headers.ETag?.ToString(),
            answer.Headers.Location?.OriginalString, answer.Headers.WwwAuthenticate.ToString());
    }
}

/// <summary>What the API answered.</summary>
internal sealed record ApiReply(HttpStatusCode Status, string? Type, string Text, string? Tag, string? Location, string Challenge)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string? this[string member] =>
        Json[member] is { } value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The fields that a problem names.</summary>
    public IEnumerable<string> Fields => Json["errors"]!.AsArray().Select(error => error!["field"]!.GetValue<string>());

    public string Detail => this["detail"]!;
}
