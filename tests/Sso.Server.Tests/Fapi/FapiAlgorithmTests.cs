using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Fapi;

/// <summary>RS256 signs nothing of a FAPI client (FAPI 2.0 §5.4.1), also with a key that could do both.</summary>
[Spec("XP05")]
[OneDatabase]
public sealed class FapiAlgorithmTests(FapiPlan plan) : IClassFixture<FapiPlan>
{
    [Fact]
    [Spec("FS35")]
    public async Task An_assertion_by_RS256_is_refused_at_par_and_at_the_token_endpoint()
    {
        var client = await WithAKeyForBothAsync();
        Assert.Equal(HttpStatusCode.Created, (await client.PushAsync()).Status);

        (string, string?) byRs256() => ("client_assertion", client.Assertion(key: client.Key!.With("RS256")));
        Assert.Equal("invalid_client", (await client.PushAsync(byRs256())).Error);
        Assert.Equal("invalid_client", (await client.RedeemAsync("code", byRs256())).Error);
    }

    [Fact]
    public async Task A_proof_by_RS256_is_refused_at_par_and_at_the_token_endpoint()
    {
        var client = await WithAKeyForBothAsync();
        client.ProofKey = new ClientKey("RS256");

        Assert.Equal("invalid_dpop_proof", (await client.PushAsync()).Error);
        Assert.Equal("invalid_dpop_proof", (await client.RedeemAsync("code")).Error);
    }

    [Fact]
    public async Task A_proof_by_RS256_is_refused_at_userinfo_though_the_token_is_bound_to_the_same_key()
    {
        var client = await WithAKeyForBothAsync();
        client.ProofKey = new ClientKey("PS256");
        var tokens = await plan.RunAsync(client);
        Assert.Equal(HttpStatusCode.OK, (await client.PresentAsync("DPoP", tokens.AccessToken)).Status);

        client.ProofKey = client.ProofKey.With("RS256");
        var refused = await client.PresentAsync("DPoP", tokens.AccessToken);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_dpop_proof"), (refused.Status, refused.Error));
    }

    [Fact]
    [Spec("FM09")]
    public async Task A_request_object_by_RS256_is_refused_where_the_same_by_PS256_is_taken()
    {
        var client = await WithAKeyForBothAsync(requests => requests with { RequiresSignedRequests = true });

        Assert.Equal(HttpStatusCode.Created, (await FapiPlan.PushObjectAsync(client, plan.RequestObject(client))).Status);
        var refused = await FapiPlan.PushObjectAsync(client, plan.RequestObject(client, key: client.Key!.With("RS256")));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_object"), (refused.Status, refused.Error));
    }

    [Fact]
    [Spec("FM09")]
    public async Task A_registration_for_RS256_does_not_change_that()
    {
        var client = await WithAKeyForBothAsync();
        await using (var database = plan.Server.OpenDatabase())
        {
            await database.Clients.Where(row => row.Id == client.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.RequestObjectSigningAlgorithm, "RS256"));
        }

        await plan.Server.ReloadAsync();

        Assert.Equal(
            "invalid_request_object",
            (await FapiPlan.PushObjectAsync(client, plan.RequestObject(client, key: client.Key!.With("RS256")))).Error);
    }

    public static TheoryData<string, Func<Client, Client>> Outside => new()
    {
        { "request objects", client => client with { RequestObjectSigningAlgorithm = "RS256" } },
        { "userinfo", client => client with { UserInfoSigningAlgorithm = "RS256" } },
        { "introspection", client => client with { IntrospectionSigningAlgorithm = "ES384" } },
    };

    [Theory, MemberData(nameof(Outside))]
    public async Task No_other_algorithm_can_be_registered(string of, Func<Client, Client> change)
    {
        var client = change(FapiPlan.NewClient("outside", new ClientKey("PS256")));
        await using var scope = plan.Server.App.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<AddClient>().ExecuteAsync(client, CancellationToken.None);

        Assert.True(outcome.Failed(out var refusal, out _), of);
        Assert.Contains("PS256", Assert.Single(refusal.Problems).What, StringComparison.Ordinal);
    }

    /// <summary>An RSA key whose JWK names no algorithm: only the profile says what it may sign with.</summary>
    private async Task<RelyingParty> WithAKeyForBothAsync(Func<Client, Client>? change = null)
    {
        var key = new ClientKey("PS256", "both");
        var jwks = JsonNode.Parse(ClientKey.SetOf(key))!;
        jwks["keys"]![0]!.AsObject().Remove("alg");
        var client = await plan.RegisterAsync("PS256", client => (change?.Invoke(client) ?? client) with { Jwks = jwks.ToJsonString() });
        return client.With(key, client.ProofKey);
    }
}
