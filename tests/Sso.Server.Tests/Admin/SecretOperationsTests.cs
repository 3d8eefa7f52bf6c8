using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Registrations;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Registration;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>Secrets of clients, changed by several administrators at once or from a page that is no longer true.</summary>
public sealed class SecretOperationsTests(AdminDatabase admin) : IClassFixture<AdminDatabase>
{
    private const int Rounds = 30;

    [Fact]
    public async Task A_compromised_secret_stays_gone_however_two_acts_meet()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = $"meet-{round}";
            await WithTwoSecretsAsync(id);
            using var start = new Barrier(2);
            var remove = Task.Run(() => AtAsync(start, rotate => rotate.RemoveAsync(id, newer: false, CancellationToken.None)));
            var replace = Task.Run(() => AtAsync(start, rotate => rotate.ReplaceAsync(id, seen: null, CancellationToken.None)));
            await remove;
            var fresh = (await replace).Value!.Secret!;

            var row = await RowAsync(id);
            Assert.Equal(ClientSecret.HashOf(fresh), row.SecretHash);
            Assert.Null(row.OtherSecretHash);
        }
    }

    [Fact]
    public async Task A_compromised_secret_stays_gone_although_its_application_changes_itself_at_that_moment()
    {
        var metadata = new ClientMetadata { ClientName = "Itself", RedirectUris = ["https://itself.example/cb"] };
        for (var round = 0; round < Rounds; round++)
        {
            var made = (await admin.RunAsync<RegisterClient, Result<RegisteredClient, Refusal>>(
                register => register.AddAsync(metadata, initialTokenHash: null, CancellationToken.None))).Value!.Client;
            using var start = new Barrier(2);
            var change = Task.Run(() => admin.RunAsync<RegisterClient, Result<RegisteredClient, Refusal>>(register =>
            {
                start.SignalAndWait();
                return register.ReplaceAsync(
                    made, metadata with { ClientId = made.Id, ClientName = $"Anew {made.Id}" }, CancellationToken.None);
            }));
            var replace = Task.Run(() => AtAsync(start, rotate => rotate.ReplaceAsync(made.Id, seen: null, CancellationToken.None)));
            await change;

            Assert.Equal(ClientSecret.HashOf((await replace).Value!.Secret!), (await RowAsync(made.Id)).SecretHash);
        }
    }

    [Fact]
    public async Task Of_two_secrets_that_are_added_at_once_one_is_refused_and_the_other_works()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = $"both-{round}";
            await AddAsync(id);
            using var start = new Barrier(2);
            var both = await Task.WhenAll(
                Task.Run(() => AtAsync(start, rotate => rotate.AddAsync(id, new(), CancellationToken.None))),
                Task.Run(() => AtAsync(start, rotate => rotate.AddAsync(id, new(), CancellationToken.None))));

            var added = Assert.Single(both, result => result.Error is null).Value!;
            Assert.Equal(ClientSecret.HashOf(added.Secret!), (await RowAsync(id)).OtherSecretHash);
        }
    }

    [Fact]
    public async Task A_page_that_is_no_longer_true_takes_no_other_secret_away()
    {
        await WithTwoSecretsAsync("stale");
        var seen = await SecretsAsync("stale");
        // In the meantime somebody else takes the older one away and makes a third.
        await RunAsync(rotate => rotate.RemoveAsync("stale", seen[0].Fingerprint, CancellationToken.None));
        var third = (await RunAsync(rotate => rotate.AddAsync("stale", new(), CancellationToken.None))).Value!.Secret!;

        var again = await RunAsync(rotate => rotate.RemoveAsync("stale", seen[0].Fingerprint, CancellationToken.None));
        Assert.Equal(RefusalKind.Taken, again.Error?.Kind);
        var all = await RunAsync(rotate =>
            rotate.ReplaceAsync("stale", [.. seen.Select(secret => secret.Fingerprint)], CancellationToken.None));
        Assert.Equal(RefusalKind.Taken, all.Error?.Kind);
        Assert.Equal(
            [seen[1].Fingerprint, ClientSecret.FingerprintOf(ClientSecret.HashOf(third))],
            (await SecretsAsync("stale")).Select(secret => secret.Fingerprint));

        Assert.Null((await RunAsync(rotate => rotate.RemoveAsync("stale", seen[1].Fingerprint, CancellationToken.None))).Error);
        Assert.Equal(ClientSecret.HashOf(third), (await RowAsync("stale")).SecretHash);
    }

    private async Task WithTwoSecretsAsync(string id)
    {
        await AddAsync(id);
        await RunAsync(rotate => rotate.AddAsync(id, new(), CancellationToken.None));
    }

    private Task<Result<ClientAdded, Refusal>> AddAsync(string id) =>
        admin.RunAsync<AddClient, Result<ClientAdded, Refusal>>(add => add.ExecuteAsync(
            new Client { Id = id, Name = id, Type = ClientType.Web, RedirectUris = ["https://shop.example/cb"] },
            CancellationToken.None));

    private Task<Result<T, Refusal>> AtAsync<T>(Barrier start, Func<RotateSecret, Task<Result<T, Refusal>>> act)
        where T : class =>
        RunAsync(rotate =>
        {
            start.SignalAndWait();
            return act(rotate);
        });

    private Task<Result<T, Refusal>> RunAsync<T>(Func<RotateSecret, Task<Result<T, Refusal>>> act)
        where T : class => admin.RunAsync(act);

    private async Task<IReadOnlyList<SecretView>> SecretsAsync(string id) =>
        (await admin.RunAsync<ShowApplication, ApplicationDetails?>(show => show.ExecuteAsync(id, CancellationToken.None)))!.Secrets;

    private Task<ClientRegistration> RowAsync(string id) =>
        admin.ReadAsync(database => database.Clients.AsNoTracking().SingleAsync(client => client.Id == id));
}
