using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Sessions;

/// <summary>What acts on an account give a browser to keep, asked of the acts themselves, with no page or request in between.</summary>
public sealed class VisitTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string App = "shop";

    [Fact]
    public async Task A_session_is_begun_found_and_ended_by_what_a_visit_carries()
    {
        var ada = await server.AddPersonAsync("ada");
        var first = new Visit { Address = "192.0.2.7", UserAgent = "Firefox/144.0" };
        Assert.True(await BeginAsync(first, ada));
        var second = new Visit { SessionHandle = first.GivenSession };
        var row = await InScopeAsync(sessions => sessions.CurrentAsync(second, App, isActivity: true, CancellationToken.None));
        Assert.Equal(ada.Id, row!.PersonId);
        Assert.Null(second.GivenSession);
        Assert.Equal(row.SessionId, await InScopeAsync(sessions => sessions.EndAsync(second, CancellationToken.None)));
        Assert.Equal("", second.GivenSession);
        Assert.Equal(SessionEnd.Ended, await InScopeAsync(sessions => sessions.EndOfAsync(second, CancellationToken.None)));
    }

    [Fact]
    public async Task A_rise_of_proof_gives_another_handle_and_the_former_one_opens_nothing()
    {
        var ada = await server.AddPersonAsync("ada");
        var first = new Visit();
        Assert.True(await BeginAsync(first, ada));
        var second = new Visit { SessionHandle = first.GivenSession };
        Assert.True(await BeginAsync(second, ada));
        Assert.NotEqual(first.GivenSession, second.GivenSession);
        Assert.Null(await CurrentAsync(first.GivenSession));
        Assert.NotNull(await CurrentAsync(second.GivenSession));
    }

    [Fact]
    public async Task Nothing_is_given_when_the_second_look_finds_no_proof()
    {
        var ada = await server.AddPersonAsync("ada");
        var visit = new Visit();
        Assert.False(await InScopeAsync(sessions => sessions.BeginAsync(
            visit, ada.Id, _ => Task.FromResult<ImmutableArray<Proof>?>(null), Proved(ada), CancellationToken.None)));
        Assert.Null(visit.GivenSession);
    }

    [Fact]
    public async Task A_device_that_is_trusted_is_given_a_secret_that_changes_at_each_use()
    {
        var ada = await server.AddPersonAsync("ada");
        var signedIn = new Visit();
        await BeginAsync(signedIn, ada);
        var row = await CurrentAsync(signedIn.GivenSession);
        var first = new Visit();
        await DevicesAsync(devices => devices.TrustAsync(first, row!, CancellationToken.None));
        var second = new Visit { Device = first.GivenDevice!.Value.Handle };
        await DevicesAsync(async devices => Assert.NotNull(await devices.UseAsync(second, ada.Id, CancellationToken.None)));
        Assert.Equal(DeviceTrust.IdOf(second), DeviceTrust.IdOf(new Visit { Device = second.GivenDevice!.Value.Handle }));
        Assert.NotEqual(second.Device, second.GivenDevice.Value.Handle);
    }

    private Task<bool> BeginAsync(Visit visit, Customer person)
    {
        var now = server.Clock.GetUtcNow();
        ImmutableArray<Proof>? proofs = [new(ProofMethod.Password, now, Guid.CreateVersion7(now))];
        return InScopeAsync(sessions => sessions.BeginAsync(
            visit, person.Id, _ => Task.FromResult(proofs), Proved(person), CancellationToken.None));
    }

    private Func<Guid, SecurityEvent> Proved(Customer person) =>
        session => SecurityEvent.PasswordProved(server.Clock.GetUtcNow(), person.Id, session, App);

    private Task<SignInRow?> CurrentAsync(string? handle) => InScopeAsync(
        sessions => sessions.CurrentAsync(new Visit { SessionHandle = handle }, App, isActivity: false, CancellationToken.None));

    private async Task<T> InScopeAsync<T>(Func<BrowserSessions, Task<T>> act)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<BrowserSessions>());
    }

    private async Task DevicesAsync(Func<DeviceTrust, Task> act)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<DeviceTrust>());
    }
}
