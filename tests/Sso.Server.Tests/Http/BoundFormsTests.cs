using System.Net;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sso.Server.Api;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>Every form that there is, found by itself, without the value that ties it to this browser and this person.</summary>
[Spec("S52")]
[OneDatabase]
public sealed class BoundFormsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Field = PageForm.AntiforgeryField;

    [Fact]
    public async Task No_form_is_taken_without_its_own_value()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var bo = await (await server.AddPersonAsync("bo")).WithAppAsync();
        var (browser, other) = (server.OpenBrowser(), server.OpenBrowser());
        var beforeSignIn = PageForm.ValueIn(await browser.GetAsync("/signout"));
        await Journey.SignInAsync(browser, ada, "/account");
        await Journey.SignInAsync(other, bo, "/account");
        var stale = PageForm.ValueIn(await browser.GetAsync("/signout"));
        await Journey.SignInAsync(browser, ada, (await server.RegisterAsync("shop")).AuthorizeUrl(("prompt", "login")));
        var good = PageForm.ValueIn(await browser.GetAsync("/signout"));

        var forms = (await PageForm.AllAsync(server)).Select(form => form.Url).ToList();
        Assert.True(forms.Count > 30, string.Join(", ", forms));
        var values = new Dictionary<string, string?>
        {
            ["missing"] = null,
            ["of Bo in another browser"] = PageForm.ValueIn(await other.GetAsync("/signout")),
            ["cut short"] = good[..^2],
        };
        server.Statements.Reset();
        foreach (var form in forms)
        {
            foreach (var (what, value) in values)
            {
                var page = await browser.PostAsync(form, value is null ? [] : [new(Field, value)]);
                Assert.True(page.Status == HttpStatusCode.BadRequest, $"{form} with a value {what}: {(int)page.Status} {page.Path}");
            }
        }

        Assert.Equal(0, server.Statements.Writes);
        // Of this browser but from before the sign-in: the form does nothing either, and its page is shown as it is now.
        foreach (var form in forms)
        {
            server.Statements.Reset();
            using var client = server.Backchannel();
            using var request = new HttpRequestMessage(HttpMethod.Post, form)
            {
                Content = new FormUrlEncodedContent([new(Field, beforeSignIn)])
            };
            request.Headers.Add("Cookie", browser.CookieHeader);
            using var answer = await client.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{form} from before the sign-in: {(int)answer.StatusCode}");
            Assert.Equal(form == "/language" ? "/account" : form.Split('?')[0], answer.Headers.Location!.OriginalString);
            Assert.Equal(0, server.Statements.Writes);
        }

        // The value is tied to the session and not to one proof: a second tab goes on.
        Assert.Equal(
            HttpStatusCode.OK,
            (await browser.PostAsync("/language", [new(Field, stale), new("to", "en"), new("back", "/account")])).Status);
    }

    [Fact]
    public void What_takes_a_post_and_is_no_page_is_known()
    {
        var endpoints = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is null
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText).Distinct().Order();
        // Clients authenticate themselves at token, par, device, ciba, introspect and revoke, register takes a token, receipts are signed,
        // authorize and logout do nothing that the same GET would not. The API takes a token from a header, which no browser adds.
        Assert.Equal(
            [
                "/connect/authorize", "/connect/ciba", "/connect/device", "/connect/introspect", "/connect/logout", "/connect/par",
                "/connect/register", "/connect/revoke", "/connect/token", "/connect/userinfo", "/delivery/receipts/{route}",
            ],
            endpoints);
    }
}
