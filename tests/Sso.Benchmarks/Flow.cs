using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Testing;

namespace Sso.Benchmarks;

/// <summary>A person who is signed in at a client, and the requests that follow.</summary>
internal sealed class Flow(HttpClient client, string secret, OpenPage page)
{
    private const string RedirectUri = "https://bench.example/callback";
    private static readonly string Authorize = QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
    {
        ["client_id"] = "bench",
        ["redirect_uri"] = RedirectUri,
        ["response_type"] = "code",
        ["scope"] = "openid profile offline_access",
    });

    private string _refreshToken = "";
    private string _accessToken = "";

    public static async Task<Flow> BeginAsync(BenchmarkServer server)
    {
        var (_, secret) = await server.AddClientAsync("authorization_code", "refresh_token", "client_credentials");
        return await SignInAsync(server, secret, "flow");
    }

    /// <summary>Another person at the same client, on a connection of their own.</summary>
    public Task<Flow> AnotherAsync(BenchmarkServer server, int number) => SignInAsync(server, secret, $"flow{number}-");

    private static async Task<Flow> SignInAsync(BenchmarkServer server, string secret, string person)
    {
        var name = (await server.AddPeopleAsync(person, 1))[0];
        var client = server.Connect();
        var page = await server.OpenAsync(client, Authorize);
        using (var answer = await client.SendAsync(
            page.Post(server.NextAddress(), ("Input.UserName", name), ("Input.Password", SsoServer.Password))))
        {
            OpenPage.Keep(page.Cookies, answer);
        }

        var flow = new Flow(client, secret, page);
        await flow.CodeAsync();
        return flow;
    }

    public async Task EmptyAsync() => await ReadAsync(new(HttpMethod.Get, "/health/live"));

    public async Task DiscoveryAsync() => await ReadAsync(new(HttpMethod.Get, "/.well-known/openid-configuration"));

    public async Task KeysAsync() => await ReadAsync(new(HttpMethod.Get, "/.well-known/jwks"));

    /// <summary>Authorization with a session and the redemption of its code.</summary>
    public async Task CodeAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Authorize);
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", page.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        using var answer = await client.SendAsync(request);
        var code = QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["code"].ToString();
        Keep(await TokenAsync(("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri)));
    }

    public async Task RefreshAsync() => Keep(await TokenAsync(("grant_type", "refresh_token"), ("refresh_token", _refreshToken)));

    public async Task ClientCredentialsAsync() => await TokenAsync(("grant_type", "client_credentials"), ("scope", "api"));

    public async Task UserInfoAsync()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new("Bearer", _accessToken);
        await ReadAsync(request);
    }

    private Task<JsonElement> TokenAsync(params (string Name, string Value)[] fields) => ReadAsync(new(HttpMethod.Post, "/connect/token")
    {
        Content = new FormUrlEncodedContent(
            fields.Concat([("client_id", "bench"), ("client_secret", secret)])
                .Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
    });

    private void Keep(JsonElement tokens) => (_accessToken, _refreshToken) =
        (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);

    private async Task<JsonElement> ReadAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            var body = await answer.Content.ReadAsByteArrayAsync();
            return answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonElement.Parse(body) : default;
        }
    }
}
