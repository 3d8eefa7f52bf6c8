using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin;
using Sso.Admin.Outgoing;
using Sso.Admin.Webhooks;
using Sso.Data.Webhooks;
using Sso.Protocol;
using Sso.Server.Operations;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Webhooks;

/// <summary>A subscription with a receiver of its own, on a server that runs.</summary>
internal sealed class Hook
{
    private readonly SsoServerWithPeer _fixture;
    private readonly string _path = $"/hook-{Guid.CreateVersion7():N}";

    private Hook(SsoServerWithPeer fixture) => _fixture = fixture;

    public string Id { get; private set; } = "";

    public string Secret { get; set; } = "";

    private SsoServer Server => _fixture.Server;

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<PeerRequest> Messages => [.. _fixture.Peer.Requests.Where(request => request.Path == _path)];

    public static async Task<Hook> AddAsync(SsoServerWithPeer fixture, params string[] events)
    {
        var hook = new Hook(fixture);
        hook.Answers(HttpStatusCode.NoContent);
        await using var database = fixture.Server.OpenDatabase();
        var services = fixture.Server.App.Services;
        var added = Value(await new AddWebhook(
                database, services.GetRequiredService<OutgoingAddresses>(), services.GetRequiredService<WebhookSecrets>(),
                fixture.Server.Clock)
            .ExecuteAsync(new NewWebhook { Url = fixture.Peer.At(hook._path).ToString(), Events = [.. events] }, CancellationToken.None));
        (hook.Id, hook.Secret) = (added.Webhook.Id, added.Secret);
        await fixture.Server.ReloadAsync();
        return hook;
    }

    public static T Value<T>(Result<T, Refusal> result)
    {
        Assert.False(result.Failed(out _, out var value));
        return value!;
    }

    public static JsonElement Data(PeerRequest message) => JsonElement.Parse(message.Body).GetProperty("data");

    public static string Type(PeerRequest message) => JsonElement.Parse(message.Body).GetProperty("type").GetString()!;

    /// <summary>Its answers, one after the other; the last one holds on.</summary>
    public void Answers(params HttpStatusCode[] statuses)
    {
        var next = 0;
        Does(http =>
        {
            http.Response.StatusCode = (int)statuses[Math.Min(Interlocked.Increment(ref next), statuses.Length) - 1];
            return Task.CompletedTask;
        });
    }

    public void Does(RequestDelegate answer) => _fixture.Peer.Paths[_path] = answer;

    public void Wake() => Server.App.Services.GetRequiredService<WebhookBell>().Ring();

    public async Task<List<WebhookDelivery>> RowsAsync()
    {
        await using var database = Server.OpenDatabase();
        return await database.WebhookDeliveries.AsNoTracking().Where(row => row.WebhookId == Id).OrderBy(row => row.Id).ToListAsync();
    }

    public async Task<WebhookDelivery> RowAsync() => Assert.Single(await RowsAsync());

    /// <summary>Everything that is due has been tried.</summary>
    public async Task SettleAsync()
    {
        Wake();
        var now = Server.Clock.GetUtcNow();
        await Patience.UntilAsync(
            async () => !(await RowsAsync()).Any(row => row.Status == WebhookDeliveryStatus.Waiting && row.NextAttemptAt <= now),
            "an attempt at all that is due");
    }

    public async Task PassAndSettleAsync(TimeSpan time)
    {
        await Server.PassAsync(time);
        await SettleAsync();
    }
}
