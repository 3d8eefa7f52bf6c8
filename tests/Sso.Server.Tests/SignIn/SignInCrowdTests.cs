using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Passwords;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

[Spec("S76")]
[OneDatabase]
public sealed class SignInCrowdTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task With_the_lane_full_a_sign_in_is_told_to_come_back_and_counts_for_nothing()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        var places = Fill();

        server.Statements.Reset();
        var refused = await Journey.PasswordAsync(browser, page, ada);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (refused.Status, refused.Headers.GetValueOrDefault("Retry-After")));
        Assert.Equal(0, server.Statements.Reads + server.Statements.Writes);
        places.ForEach(place => place.Dispose());
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, page, ada)).Path);
    }

    [Fact]
    public async Task With_the_lane_full_the_page_opens_and_a_passkey_is_looked_at()
    {
        var places = Fill();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        Assert.Equal((HttpStatusCode.OK, "/signin"), (page.Status, page.Path));
        var answer = await browser.PostAsync(
            "/signin" + page.Url.Query + "&handler=Passkey",
            [new("__RequestVerificationToken", page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!)]);
        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
        places.ForEach(place => place.Dispose());
    }

    private List<IDisposable> Fill()
    {
        var lane = server.App.Services.GetRequiredService<PasswordLane>();
        var places = new List<IDisposable>();
        while (lane.TryTakePlace() is { } place)
        {
            places.Add(place);
        }

        return places;
    }
}
