using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Admin.Registrations;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Registration;

/// <summary>
/// A server where applications may register themselves, and a peer that it may call for them and for those of the operator.
/// </summary>
public class OpenRegistration : IAsyncLifetime
{
    private readonly bool _opensPeer;

    public OpenRegistration()
        : this(opensPeer: true)
    {
    }

    /// <param name="opensPeer">False: the peer may be called for clients of the operator alone.</param>
    protected OpenRegistration(bool opensPeer) => _opensPeer = opensPeer;

    public const string RedirectUri = "https://shop.example/callback";

    public SsoServer Server { get; } = new();

    public Peer Peer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Peer = await Peer.StartAsync();
        foreach (var setting in (string[])[
            $"--Outgoing:AllowedHosts:0={Peer.HostAndPort}", "--Registration:Enabled=true",
            "--Registration:AuthenticationMethods:0=client_secret_basic",
            "--Registration:AuthenticationMethods:1=client_secret_jwt", "--Registration:AuthenticationMethods:2=private_key_jwt",
            "--Registration:AuthenticationMethods:3=none",
            "--Registration:DocumentHosts:0=127.0.0.1"])
        {
            Server.Settings.Add(setting);
        }

        if (_opensPeer)
        {
            Server.Settings.Add($"--Registration:AllowedHosts:0={Peer.HostAndPort}");
        }

        await Server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        await Peer.DisposeAsync();
    }

    public static JsonObject Metadata(params (string Name, JsonNode? Value)[] changes)
    {
        var metadata = new JsonObject
        {
            ["client_name"] = "Shop of others",
            ["redirect_uris"] = new JsonArray(RedirectUri),
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["response_types"] = new JsonArray("code"),
            ["token_endpoint_auth_method"] = "client_secret_basic",
            ["contacts"] = new JsonArray("ops@shop.example"),
        };
        foreach (var (name, value) in changes)
        {
            metadata[name] = value;
        }

        return metadata;
    }

    /// <summary>An initial access token.</summary>
    public async Task<string> TokenAsync(int uses = 1, int days = 7)
    {
        await using var database = Server.OpenDatabase();
        var outcome = await new AddRegistrationToken(database, Server.Clock)
            .ExecuteAsync($"t-{Guid.CreateVersion7():N}", uses, days, CancellationToken.None);
        return outcome.Failed(out _, out var added) ? throw new InvalidOperationException() : added.Value;
    }

    public async Task<JsonAnswer> RegisterAsync(JsonNode metadata, string? token = null) =>
        await SendAsync(HttpMethod.Post, "/connect/register", token ?? await TokenAsync(), metadata);

    public async Task<JsonAnswer> SendAsync(HttpMethod method, string url, string? token, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var client = Server.Backchannel();
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(
            response.StatusCode,
            text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default,
            string.Join(
                '\n',
                response.Headers.Where(header => header.Key is "WWW-Authenticate" or "Cache-Control" or "Retry-After")
                    .Select(header => $"{header.Key}: {string.Join(',', header.Value)}")),
            response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>What the registration made, as a relying party.</summary>
    public RelyingParty AsParty(JsonAnswer registered) => new(
        Server,
        new ClientRegistration
        {
            Id = registered.Text("client_id")!,
            Name = "shop",
            AuthenticationMethod = ClientAuthenticationMethods.ByName[registered.Text("token_endpoint_auth_method")!],
            CreatedAt = Server.Clock.GetUtcNow(),
            RedirectUris = [registered.Body.GetProperty("redirect_uris")[0].GetString()!],
        },
        registered.Text("client_secret"));
}

/// <summary>An answer of the registration endpoint.</summary>
public sealed record JsonAnswer(HttpStatusCode Status, JsonElement Body, string Headers, string? MediaType)
{
    public string? Error => Text("error");

    public string? Text(string name) =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(name, out var value) ? value.ToString() : null;
}
