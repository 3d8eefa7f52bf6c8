using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sso.Extensions.Host;
using Sso.Protocol.Clients;
using Sso.Server.Clients;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.ClientAuthentication;

/// <summary>The keys of clients, by value and by address (RFC 7591 §2).</summary>
[Spec("RFC 7591", "2")]
[OneDatabase]
public sealed class ClientKeysTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private static readonly string[] Algorithms = ["RS256", "PS256", "ES256", "ES384"];
    private readonly string _path = $"/jwks/{Guid.CreateVersion7():N}";
    private SsoServer Server => fixture.Server;

    private Peer Peer => fixture.Peer;

    private ClientKeys Keys => Server.App.Services.GetRequiredService<ClientKeys>();

    private ClientSignatures Signatures => new(Keys);

    private int Fetches => Peer.Requests.Count(request => request.Path == _path);

    [Theory]
    [InlineData("not base64url!", "AQAB")]
    [InlineData("even", "AQAB")]
    [InlineData("odd", "AQAC")]
    [InlineData("odd", "AQ")]
    [InlineData("half of it zeros", "AQAB")]
    public void A_key_that_only_looks_like_one_is_none(string modulus, string exponent)
    {
        var bytes = Enumerable.Repeat((byte)0xF1, 256).ToArray();
        bytes[255] = (byte)(modulus == "even" ? 0xF0 : 0xF1);
        bytes.AsSpan(0, modulus == "half of it zeros" ? 128 : 0).Clear();
        var n = modulus.EndsWith('!') ? modulus.PadRight(342, 'A') : System.Buffers.Text.Base64Url.EncodeToString(bytes);
        Assert.Null(ClientKeySet.Parse($$"""{"keys":[{"kty":"RSA","n":"{{n}}","e":"{{exponent}}"}]}"""));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [Spec("GE05")]
    public async Task A_token_is_verified_with_the_one_key_of_a_client_that_names_no_kid(string algorithm)
    {
        var key = new ClientKey(algorithm);
        var client = await ClientAsync(jwks: ClientKey.SetOf(key));

        Assert.NotNull(await VerifyAsync(client, key.Sign(Payload())));
        Assert.Null(await VerifyAsync(client, new ClientKey(algorithm).Sign(Payload())));
    }

    [Fact]
    public async Task Without_a_kid_each_key_that_fits_is_tried()
    {
        var (first, second) = (new ClientKey("ES256"), new ClientKey("ES256"));
        var client = await ClientAsync(jwks: ClientKey.SetOf(first, second));

        Assert.NotNull(await VerifyAsync(client, first.Sign(Payload())));
        Assert.NotNull(await VerifyAsync(client, second.Sign(Payload())));
    }

    [Fact]
    public async Task A_key_signs_only_with_the_algorithm_and_for_the_use_that_it_names()
    {
        var key = new ClientKey("PS256");
        var set = JsonNode.Parse(ClientKey.SetOf(key))!;
        (set["keys"]![0]!["use"], set["keys"]![0]!["alg"]) = ("enc", "RSA-OAEP-256");
        var encrypting = await ClientAsync(jwks: set.ToJsonString());
        var signing = await ClientAsync(jwks: ClientKey.SetOf(key).Replace("PS256", "RS256", StringComparison.Ordinal));

        Assert.Null(await VerifyAsync(encrypting, key.Sign(Payload())));
        Assert.Null(await VerifyAsync(signing, key.Sign(Payload())));
        Assert.NotNull(
            (await Keys.FindAsync(encrypting, wanted: null, TestContext.Current.CancellationToken))?.ForEncryption("RSA-OAEP-256"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    [InlineData("ES256K")]
    public async Task An_algorithm_that_is_not_listed_is_refused(string algorithm)
    {
        var key = new ClientKey("RS256");
        var client = await ClientAsync(jwks: ClientKey.SetOf(key));

        Assert.Null(await VerifyAsync(client, key.Sign(Payload(), new JsonObject { ["alg"] = algorithm })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30.AA")]
    public async Task What_is_no_token_is_refused(string text)
    {
        var client = await ClientAsync(jwks: ClientKey.SetOf(new ClientKey("RS256")));

        Assert.Null(await VerifyAsync(client, text));
    }

    [Fact]
    [Spec("OIDC Core", "10.1.1")]
    public async Task A_new_kid_fetches_at_once_however_lately_the_set_was_fetched()
    {
        var (former, present) = (new ClientKey("ES256", "former"), new ClientKey("ES256", "present"));
        var published = ClientKey.SetOf(former);
        Peer.Publish(_path, () => published);
        var client = await ClientAsync();
        Assert.NotNull(await VerifyAsync(client, former.Sign(Payload())));

        published = ClientKey.SetOf(former, present);
        Assert.NotNull(await VerifyAsync(client, present.Sign(Payload())));
        Assert.Equal(2, Fetches);
    }

    [Fact]
    [Spec("S125")]
    public async Task A_kid_that_a_fetch_did_not_bring_is_asked_for_once_in_a_minute()
    {
        var key = new ClientKey("ES256", "one");
        Peer.Publish(_path, () => ClientKey.SetOf(key));
        var client = await ClientAsync();
        Assert.NotNull(await VerifyAsync(client, key.Sign(Payload())));

        var strange = new ClientKey("ES256", "strange").Sign(Payload());
        await Parallel.ForAsync(0, 1000, async (_, _) => Assert.Null(await VerifyAsync(client, strange)));
        Assert.Equal(2, Fetches);

        Server.Clock.Advance(TimeSpan.FromSeconds(61));
        await Parallel.ForAsync(0, 1000, async (_, _) => Assert.Null(await VerifyAsync(client, strange)));
        Assert.Equal(3, Fetches);
    }

    [Fact]
    [Spec("S125")]
    public async Task However_many_kids_strangers_invent_the_address_is_asked_five_times_in_a_minute()
    {
        var key = new ClientKey("ES256", "one");
        Peer.Publish(_path, () => ClientKey.SetOf(key));
        var client = await ClientAsync();

        foreach (var round in (int[])[1, 2])
        {
            for (var number = 0; number < 50; number++)
            {
                Assert.Null(await VerifyAsync(client, new ClientKey("ES256", $"invented {round}-{number}").Sign(Payload())));
            }

            Assert.Equal(5 * round, Fetches);
            Assert.NotNull(await VerifyAsync(client, key.Sign(Payload())));
            Server.Clock.Advance(TimeSpan.FromSeconds(61));
        }
    }

    [Fact]
    [Spec("S125")]
    public async Task A_failure_is_remembered_for_a_minute_too()
    {
        var key = new ClientKey("ES256", "one");
        Peer.Paths[_path] = http => Task.Run(() => { http.Response.StatusCode = 500; });
        var client = await ClientAsync();

        await Parallel.ForAsync(0, 100, async (_, _) => Assert.Null(await VerifyAsync(client, key.Sign(Payload()))));
        Assert.Equal(1, Fetches);

        Peer.Publish(_path, () => ClientKey.SetOf(key), "application/jwk-set+json");
        Assert.Null(await VerifyAsync(client, key.Sign(Payload())));
        Server.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.NotNull(await VerifyAsync(client, key.Sign(Payload())));
        Assert.Equal(2, Fetches);
    }

    [Fact]
    public async Task A_new_key_is_found_and_a_withdrawn_one_ends_with_the_next_fetch()
    {
        var (former, present) = (new ClientKey("ES256", "former"), new ClientKey("ES256", "present"));
        var published = ClientKey.SetOf(former);
        Peer.Publish(_path, () => published);
        var client = await ClientAsync();
        Assert.NotNull(await VerifyAsync(client, former.Sign(Payload())));

        published = ClientKey.SetOf(present);
        Server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(await VerifyAsync(client, present.Sign(Payload())));
        Assert.Null(await VerifyAsync(client, former.Sign(Payload())));
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_again_count_for_an_hour()
    {
        var key = new ClientKey("ES256", "one");
        Peer.Publish(_path, () => ClientKey.SetOf(key));
        var client = await ClientAsync();
        Assert.NotNull(await VerifyAsync(client, key.Sign(Payload())));
        Peer.Paths.Clear();

        Server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await VerifyAsync(client, key.Sign(Payload())));
        Server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await VerifyAsync(client, key.Sign(Payload())));
    }

    [Fact]
    public async Task What_is_fetched_and_is_no_key_set_is_told_in_the_log()
    {
        Peer.Publish(_path, () => "{}");
        var client = await ClientAsync();
        Assert.Null(await VerifyAsync(client, new ClientKey("ES256", "one").Sign(Payload())));
        Assert.Contains(Server.Log.Lines, line => line.Contains($"What {client.Id} publishes at its jwks_uri", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> BadSets => new()
    {
        { "not JSON", "keys" },
        { "no keys", """{"keys":[]}""" },
        { "an array", "[]" },
        { "a secret key", """{"keys":[{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}]}""" },
        { "a private key", PrivateSet() },
        {
            "a short RSA key",
            """{"keys":[{"kty":"RSA","n":"u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun"""
                + """VTLw7onLRnrq0_IzW7yWR7QkrmBL7jTKEn5u","e":"AQAB"}]}"""
        },
        { "another curve", """{"keys":[{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}]}""" },
        { "too many keys", ClientKey.SetOf([.. Enumerable.Range(0, ClientKeySet.MostKeys + 1).Select(_ => new ClientKey("ES256"))]) },
        { "too long", ClientKey.SetOf(new ClientKey("ES256")) + new string(' ', ClientKeySet.Longest) },
    };

    [Theory, MemberData(nameof(BadSets))]
    public void A_set_that_holds_nothing_usable_or_something_private_is_none(string what, string json) =>
        Assert.True(ClientKeySet.Parse(json) is null, what);

    private static string PrivateSet()
    {
        var set = JsonNode.Parse(ClientKey.SetOf(new ClientKey("ES256")))!;
        set["keys"]![0]!["d"] = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U";
        return set.ToJsonString();
    }

    private static JsonObject Payload() => new() { ["iss"] = "client" };

    private Task<Microsoft.IdentityModel.JsonWebTokens.JsonWebToken?> VerifyAsync(Client client, string token) =>
        Signatures.VerifyAsync(client, token, Algorithms, TestContext.Current.CancellationToken);

    /// <param name="jwks">Null: by address.</param>
    private async Task<Client> ClientAsync(string? jwks = null)
    {
        var party = await Server.RegisterAsync(
            "keys", client => (client.Jwks, client.JwksUri) = (jwks, jwks is null ? Peer.At(_path).ToString() : null));
        return Server.App.Services.GetRequiredService<ClientDirectory>().Find(party.Id)!;
    }
}
