using System.Net;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>How often a program may ask.</summary>
[OneDatabase]
public sealed class ApiLimitTests : IAsyncLifetime
{
    private readonly SsoServer _server = new() { Settings = { "--Limits:ApiRequests=3" } };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("RFC 6585", "4")]
    public async Task A_client_that_asks_too_often_is_told_when_to_come_back_and_others_are_not()
    {
        var machine = await ApiMachine.OpenAsync(_server, ApiScopes.ReadApps, ApiScopes.ReadPeople);
        var other = await ApiMachine.OpenAsync(_server, ApiScopes.ReadApps);
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync("/api/admin/v1/applications")).Status);
        }

        using var http = _server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/scim/v2/Users");
        request.Headers.Authorization = new("Bearer", machine.Token);
        using var refused = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta is { TotalSeconds: > 0 and <= 60 });
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/admin/v1/applications")).Status);
        await _server.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync("/api/admin/v1/applications")).Status);
    }
}
