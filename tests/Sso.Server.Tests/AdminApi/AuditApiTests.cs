using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Actors;
using Sso.Accounts.Audit;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>The record of events by the API, for a program that keeps a copy.</summary>
public sealed class AuditApiTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Root = "/api/admin/v1/audit/events";

    [Fact]
    public async Task Whoever_goes_on_after_the_last_page_misses_no_event_and_reads_none_twice()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadAudit);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await Journey.SignInAsync(server.OpenBrowser(), ada, "/account");
        await SealedAsync();
        var (places, cursor) = (new List<long>(), "");
        for (var page = 0; page < 100; page++)
        {
            var read = (await machine.GetAsync($"{Root}?limit=2{cursor}")).Json;
            var items = read["items"]!.AsArray();
            places.AddRange(items.Select(item => item!["sequence"]!.GetValue<long>()));
            cursor = "&cursor=" + read["next"]!.GetValue<string>();
            if (items.Count == 0)
            {
                break;
            }
        }

        Assert.True(places.Count > 3);
        Assert.Equal(Enumerable.Range(1, places.Count).Select(place => (long)place), places);
        await Journey.SignInAsync(server.OpenBrowser(), ada, "/account");
        await SealedAsync();
        var later = (await machine.GetAsync($"{Root}?limit=200{cursor}")).Json["items"]!.AsArray();
        Assert.Equal(places[^1] + 1, later[0]!["sequence"]!.GetValue<long>());
        Assert.Contains(
            later, item => item!["type"]!.GetValue<string>() == "person.signed_in" && item["sub"]!.GetValue<string>() == ada.Subject);
    }

    [Fact]
    [Spec("S131")]
    public async Task Reading_the_record_is_in_the_record()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadAudit);
        await SealedAsync();
        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync(Root)).Status);
        await SealedAsync();
        var events = (await machine.GetAsync(Root + "?limit=200")).Json["items"]!.AsArray();
        Assert.Contains(events, item => item!["type"]!.GetValue<string>() == "api.read"
            && item["actor"]!.GetValue<string>() == $"client:{machine.Client.Id}" && item["detail"]!.GetValue<string>() == "events");
    }

    /// <summary>A program that polls would otherwise find its own last reading for ever.</summary>
    [Fact]
    [Spec("S131")]
    public async Task A_reading_that_finds_only_the_reader_s_own_readings_is_not_recorded()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadAudit);
        var cursor = "";
        for (var reading = 0; reading < 50 && await ReadAsync() > 0; reading++)
        {
        }

        Assert.Equal(0, await ReadAsync());

        async Task<int> ReadAsync()
        {
            await SealedAsync();
            var read = (await machine.GetAsync($"{Root}?limit=200{cursor}")).Json;
            cursor = "&cursor=" + read["next"]!.GetValue<string>();
            return read["items"]!.AsArray().Count;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(SecurityEventKind.ApiRead)]
    [Spec("S131")]
    public async Task An_export_is_read_in_slices_and_has_each_event_once_that_was_sealed_when_it_began(SecurityEventKind? kind)
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadAudit);
        for (var reading = 0; reading < 5; reading++)
        {
            await server.AddPersonAsync("ada");
            await SealedAsync();
            Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync(Root)).Status);
        }

        await SealedAsync();
        await using var database = server.OpenDatabase();
        var expected = await database.SecurityEvents.Where(item => item.Sequence != null && (kind == null || item.Kind == kind))
            .Select(item => item.Sequence!.Value).Order().ToListAsync(TestContext.Current.CancellationToken);
        await using var scope = server.App.Services.CreateAsyncScope();
        var began = await scope.ServiceProvider.GetRequiredService<ExportEvents>().ExecuteAsync(
            new(kind), ActingOperator.AtCommandLine("root"), TestContext.Current.CancellationToken, slice: 2);
        await SealedAsync();
        var places = new List<long>();
        await foreach (var item in began.Value!.Events)
        {
            places.Add(item.Sequence);
        }

        Assert.True(expected.Count >= 5);
        Assert.Equal(expected, places.Order());
    }

    private Task SealedAsync() => server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
}
