using System.Net.Http.Headers;
using System.Text;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// What a page takes is a form. A body of another kind, a torn one, or none is an answer below 500 at every page: whoever sends it has a
/// right antiforgery value in a header, so that the handler is reached.
/// </summary>
[OneDatabase]
public sealed class OtherContentTypesTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string?, string> Bodies => new()
    {
        { "application/json", """{"Input":{"Code":"123456"}}""" },
        { "text/plain", "Input.Code=123456" },
        { "application/xml", "<x/>" },
        { "multipart/form-data", "no boundary" },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbreaks off" },
        { "application/x-www-form-urlencoded", string.Join('&', Enumerable.Range(0, 1100).Select(index => $"a{index}=1")) },
        { "nonsense", "x" },
        { null, "" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task No_page_breaks_over_a_body_that_is_no_form(string? type, string body)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var signedIn = server.OpenBrowser();
        foreach (var form in await PageForm.AllAsync(server))
        {
            var browser = server.OpenBrowser();
            Page page;
            var flow = "";
            if (form.Url.StartsWith("/signin", StringComparison.Ordinal))
            {
                page = await browser.GetAsync("/account");
                flow = page.Url.Query;
                page = form.Url.StartsWith("/signin/", StringComparison.Ordinal) ? await Journey.PasswordAsync(browser, page, ada) : page;
            }
            else
            {
                page = await signedIn.GetAsync("/account/password");
                if (page.Path != "/account/password")
                {
                    // It has not begun yet, or the last form signed it out, or it wants something of this person first.
                    (signedIn, ada) = (server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync());
                    await Journey.SignInAsync(signedIn, ada, "/account");
                    page = await signedIn.GetAsync("/account/password");
                }

                browser = signedIn;
            }

            using var client = server.Backchannel();
            var url = form.Url + (form.Url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + flow.TrimStart('?');
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(type, out var known) ? known : null;
            if (type is not null && known is null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            request.Headers.Add("Cookie", browser.CookieHeader);
            request.Headers.Add("RequestVerificationToken", PageForm.ValueIn(page));
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode < 500, $"{form.Url}: {(int)answer.StatusCode}");
            await server.ForgetAttemptsAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task No_endpoint_breaks_over_a_body_that_is_no_form(string? type, string body)
    {
        using var client = server.Backchannel();
        foreach (var path in (string[])
            [
                "/connect/token", "/connect/par", "/connect/introspect", "/connect/revoke", "/connect/device", "/connect/ciba",
                "/connect/userinfo", "/connect/authorize", "/connect/logout", "/connect/register", "/error",
            ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            };
            if (type is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode < 500, $"{path}: {(int)answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("/error")]
    [InlineData("/error?about=Nothing")]
    [InlineData("/error?about=99")]
    [InlineData("/error?status=500")]
    public async Task An_error_page_that_is_about_nothing_is_not_found_and_no_failure_of_ours(string url)
    {
        var page = await server.OpenBrowser().GetAsync(url);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, page.Status);
        Assert.Contains("non porta a nessuna pagina", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }
}
