using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Clients;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Server.Api;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>A request that comes again under its key is done once.</summary>
public sealed class IdempotencyTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Root = "/api/admin/v1/applications";

    [Fact]
    public async Task A_request_that_comes_again_is_answered_the_same_and_done_once()
    {
        var machine = await OpenAsync();
        var (key, body) = (NewKey(), New("una"));
        var first = await machine.PostAsync(Root, body, key: key);
        var again = await machine.PostAsync(Root, body, key: key);

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal((first.Status, first.Text, first.Tag, first.Location), (again.Status, again.Text, again.Tag, again.Location));
        Assert.NotNull(again["client_secret"]);
        await using var database = server.OpenDatabase();
        Assert.Equal(1, await database.SecurityEvents.CountAsync(item => item.ClientId == "una" && item.Detail == "added"));
    }

    [Fact]
    public async Task A_key_belongs_to_one_request_of_one_client()
    {
        var (machine, other) = (await OpenAsync(), await OpenAsync());
        var key = NewKey();
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, New("due"), key: key)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await machine.PostAsync(Root, New("tre"), key: key)).Status);
        var elsewhere = await machine.PostAsync($"{Root}/due/disable", New("due"), "*", key);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, elsewhere.Status);
        Assert.Equal(HttpStatusCode.Conflict, (await other.PostAsync(Root, New("due"), key: key)).Status);
    }

    [Fact]
    public async Task What_is_kept_holds_no_secret_in_clear_and_is_gone_after_a_day()
    {
        var machine = await OpenAsync();
        var (key, body) = (NewKey(), New("quattro"));
        var secret = (await machine.PostAsync(Root, body, key: key))["client_secret"]!;
        var id = IdempotentRequest.KeyOf(machine.Client.Id, key);
        await using (var database = server.OpenDatabase())
        {
            var row = await database.IdempotentRequests.AsNoTracking().SingleAsync(request => request.Key == id);
            Assert.DoesNotContain(secret, Encoding.UTF8.GetString(row.Protected!), StringComparison.Ordinal);
            Assert.Equal(server.Clock.GetUtcNow() + IdempotentRequest.Kept, row.ExpiresAt);
        }

        await server.PassAsync(IdempotentRequest.Kept + TimeSpan.FromSeconds(1));
        await server.KeepHouseAsync();
        await using var later = server.OpenDatabase();
        Assert.False(await later.IdempotentRequests.AnyAsync(request => request.Key == id));
    }

    [Fact]
    public async Task What_was_refused_may_come_again_with_the_same_key()
    {
        var machine = await OpenAsync();
        var (key, wrong) = (NewKey(), New("cinque"));
        wrong["second_factor"] = "sometimes";
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsync(Root, wrong, key: key)).Status);
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, New("cinque"), key: key)).Status);
    }

    [Fact]
    public async Task Of_two_at_the_same_moment_one_is_done()
    {
        var machine = await OpenAsync();
        var (key, body) = (NewKey(), New("sei"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => machine.PostAsync(Root, body, key: key)));

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, answer.Text));
        var done = answers.Where(answer => answer.Status == HttpStatusCode.Created);
        Assert.Single(done.Select(answer => answer["client_secret"]).Distinct());
    }

    [Fact]
    public async Task A_request_that_broke_off_may_come_again_after_a_minute()
    {
        var machine = await OpenAsync();
        var (key, body) = (NewKey(), New("sette"));
        await using (var database = server.OpenDatabase())
        {
            database.IdempotentRequests.Add(new IdempotentRequest
            {
                Key = IdempotentRequest.KeyOf(machine.Client.Id, key),
                RequestHash = IdempotentRequest.HashOf(
                    "POST", Root, "application/json; charset=utf-8", "", Encoding.UTF8.GetBytes(body.ToJsonString())),
                ExpiresAt = server.Clock.GetUtcNow() + IdempotentRequest.Longest,
            });
            await database.SaveChangesAsync();
        }

        Assert.Equal(HttpStatusCode.Conflict, (await machine.PostAsync(Root, body, key: key)).Status);
        await server.PassAsync(IdempotentRequest.Longest + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, body, key: key)).Status);
    }

    [Fact]
    public async Task Wherever_it_breaks_off_it_is_done_once_and_whoever_lost_the_answer_is_told_so()
    {
        var machine = await OpenAsync();
        using var faults = new StatementFaults(server.Database.Name);
        var lost = 0;
        for (var write = 1; ; write++)
        {
            var (key, id) = (NewKey(), $"bruch-{write}");
            faults.Arm(write);
            var first = await machine.PostAsync(Root, New(id), key: key);
            faults.Disarm();
            if (!faults.Happened)
            {
                Assert.Equal(HttpStatusCode.Created, first.Status);
                break;
            }

            await server.PassAsync(IdempotentRequest.Longest + TimeSpan.FromSeconds(1));
            machine = await ApiMachine.WithTokenAsync(server, machine.Client);
            var again = await machine.PostAsync(Root, New(id), key: key);

            var isLost = again.Status == HttpStatusCode.Conflict && again.Detail.Contains("answer was lost", StringComparison.Ordinal);
            Assert.True(again.Status == HttpStatusCode.Created || isLost, $"{write}: {again.Text}");
            lost += isLost ? 1 : 0;
            await using var database = server.OpenDatabase();
            Assert.Equal(1, await database.SecurityEvents.CountAsync(item => item.ClientId == id && item.Detail == "added"));
        }

        Assert.True(lost > 0, "no fault was between the act and its answer");
    }

    [Fact]
    public async Task An_attempt_that_lost_its_key_to_a_later_one_does_nothing_and_keeps_no_answer()
    {
        var row = new IdempotentRequest
        {
            Key = IdempotentRequest.KeyOf("billing", NewKey()),
            Owner = Guid.CreateVersion7(),
            RequestHash = new byte[32],
            ExpiresAt = server.Clock.GetUtcNow() + IdempotentRequest.Longest,
        };
        await using (var database = server.OpenDatabase())
        {
            database.Add(row);
            await database.SaveChangesAsync();
        }

        await using var scope = server.App.Services.CreateAsyncScope();
        var (http, late) = (new DefaultHttpContext(), new IdempotentAttempt(row.Key, Guid.CreateVersion7()));
        IdempotentAttempt.Set(http, late);
        var requests = scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>();
        requests.HttpContext = http;
        var adding = () => scope.ServiceProvider.GetRequiredService<AddClient>().ExecuteAsync(
            new Client { Id = "verspaetet", Name = "Verspätet", Type = ClientType.Web, RedirectUris = ["https://a.example/callback"] },
            CancellationToken.None);
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(adding);
        await scope.ServiceProvider.GetRequiredService<IdempotentRequests>().KeepAsync(late, ApiAnswer.Nothing);
        requests.HttpContext = null;

        await using var after = server.OpenDatabase();
        Assert.False(await after.Clients.AnyAsync(client => client.Id == "verspaetet"));
        var kept = await after.IdempotentRequests.AsNoTracking().SingleAsync(request => request.Key == row.Key);
        Assert.Equal((row.Owner, null, null), (kept.Owner, kept.DoneAt, kept.Protected));
    }

    [Fact]
    public async Task What_is_recorded_after_a_request_broke_off_does_not_count_as_its_doing()
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Request.Method = "POST";
        http.Request.Headers[IdempotencyGate.Header] = NewKey();
        http.SetEndpoint(server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .First(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>() is not null));
        IdempotentAttempt? during = null;
        var asking = async () => await IdempotencyGate.PassAsync(EndpointFilterInvocationContext.Create(http), _ =>
        {
            during = IdempotentAttempt.Of(http);
            throw new IOException("It broke off.");
        });
        await Assert.ThrowsAsync<IOException>(asking);
        Assert.NotNull(during);
        Assert.Null(IdempotentAttempt.Of(http));
    }

    [Fact]
    public async Task Another_version_or_another_kind_of_body_makes_it_another_request()
    {
        var machine = await OpenAsync();
        var key = NewKey();
        var added = await machine.PostAsync(Root, New("neun"), key: key);
        Assert.Equal(HttpStatusCode.Created, added.Status);
        var type = await machine.SendAsync("POST", Root, New("neun"), key: key, type: "application/vnd.other+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, type.Status);

        key = NewKey();
        var off = await machine.PostAsync($"{Root}/neun/disable", seen: added.Tag, key: key);
        Assert.Equal(HttpStatusCode.OK, off.Status);
        Assert.Equal(HttpStatusCode.OK, (await machine.PostAsync($"{Root}/neun/disable", seen: added.Tag, key: key)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await machine.PostAsync($"{Root}/neun/disable", seen: off.Tag, key: key)).Status);
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused()
    {
        var machine = await OpenAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsync(Root, New("otto"), key: new string('x', 201))).Status);
    }

    private Task<ApiMachine> OpenAsync() => ApiMachine.OpenAsync(server, ApiScopes.ReadApps, ApiScopes.WriteApps);

    private static string NewKey() => Guid.CreateVersion7().ToString("N");

    private static JsonObject New(string id) => new()
    {
        ["client_id"] = id,
        ["name"] = id,
        ["type"] = "web",
        ["redirect_uris"] = new JsonArray("https://negozio.example/callback"),
    };
}
