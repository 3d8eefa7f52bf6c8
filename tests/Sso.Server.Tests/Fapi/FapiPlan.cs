using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Fapi;

/// <summary>
/// The relying party of the FAPI 2.0 test plans: two clients with keys of their own, registered as an
/// operator registers them.
/// </summary>
public sealed class FapiPlan : IAsyncLifetime
{
    private int _names;

    public SsoServer Server { get; } = new();

    public RelyingParty First { get; private set; } = null!;

    public RelyingParty Second { get; private set; } = null!;

    /// <summary>The first client, with FAPI 2.0 Message Signing on top.</summary>
    public RelyingParty Signing { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        First = await RegisterAsync("PS256");
        Second = await RegisterAsync("ES256");
        Signing = await RegisterAsync("PS256", client => client with { RequiresSignedRequests = true });
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>What an operator asks for.</summary>
    public static Client NewClient(string id, ClientKey key) => new()
    {
        Id = id,
        Name = id,
        Type = ClientType.Web,
        RedirectUris = [$"https://{id}.example/callback", $"https://{id}.example/callback?dummy1=lorem&dummy2=ipsum"],
        AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt,
        Jwks = ClientKey.SetOf(key),
        Profile = ClientProfile.Fapi2,
        SecondFactor = SecondFactorPolicy.None,
    };

    public async Task<RelyingParty> RegisterAsync(string algorithm, Func<Client, Client>? change = null)
    {
        var (id, key) = ($"fapi-{++_names}", new ClientKey(algorithm, $"key-{_names}"));
        var client = NewClient(id, key);
        await using var scope = Server.App.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<AddClient>()
            .ExecuteAsync(change?.Invoke(client) ?? client, CancellationToken.None);
        Assert.False(outcome.Failed(out var refusal, out _), refusal?.Problems.FirstOrDefault()?.What);
        await Server.ReloadAsync();
        await using var database = Server.OpenDatabase();
        var row = await database.Clients.AsNoTracking().SingleAsync(registration => registration.Id == id);
        return new RelyingParty(Server, row, secret: null) { Key = key, ProofKey = new ClientKey("ES256") };
    }

    /// <summary>Where the browser ends that brings a pushed request, with whatever stands beside it.</summary>
    public async Task<Page> AuthorizeAsync(RelyingParty client, TokenAnswer pushed, params (string Name, string? Value)[] beside) =>
        await Journey.SignInAsync(Server.OpenBrowser(), await Server.AddPersonAsync("anna"), Url(client, pushed, beside));

    public static string Url(RelyingParty client, TokenAnswer pushed, params (string Name, string? Value)[] beside) =>
        QueryHelpers.AddQueryString(
            "/connect/authorize",
            new Dictionary<string, string?>(
                [
                    new("client_id", client.Id), new("request_uri", pushed.Text("request_uri")),
                    .. beside.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)),
                ]));

    /// <summary>From PAR to the tokens, as the happy flow goes.</summary>
    public async Task<TokenAnswer> RunAsync(RelyingParty client, params (string Name, string? Value)[] changes) =>
        await client.RedeemAsync(await CodeAsync(client, changes));

    public async Task<string?> CodeAsync(RelyingParty client, params (string Name, string? Value)[] changes) =>
        (await AuthorizeAsync(client, await client.PushAsync(changes))).Code;

    /// <summary>A signed request object for PAR.</summary>
    public string RequestObject(RelyingParty client, Action<JsonObject>? change = null, JsonObject? header = null, ClientKey? key = null)
    {
        var now = Server.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = client.Id,
            ["aud"] = SsoServer.Issuer,
            ["client_id"] = client.Id,
            ["nbf"] = now,
            ["exp"] = now + 300,
            ["response_type"] = "code",
            ["response_mode"] = "jwt",
            ["redirect_uri"] = client.RedirectUri,
            ["scope"] = "openid profile",
            ["state"] = "state-1",
            ["nonce"] = "nonce-1",
            ["code_challenge"] = client.Challenge,
            ["code_challenge_method"] = "S256",
        };
        change?.Invoke(claims);
        return (key ?? client.Key!).Sign(claims, header);
    }

    public static Task<TokenAnswer> PushObjectAsync(RelyingParty client, string requestObject) =>
        client.PostAsync("/connect/par", ("client_id", client.Id), ("request", requestObject));
}
