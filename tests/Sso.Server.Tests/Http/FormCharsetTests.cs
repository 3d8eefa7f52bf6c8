using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>Forms in the charset that their sender declares, with the bytes behind percent signs in that charset too.</summary>
[OneDatabase]
public sealed class FormCharsetTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("UTF-8", "%C3%A8")]
    [InlineData("\"utf-8\"", "%C3%A8")]
    [InlineData("utf8", "%C3%A8")]
    [InlineData("US-ASCII", "%C3%A8")]
    [InlineData("ISO-8859-1", "%E8")]
    [InlineData("\"iso-8859-1\"", "%e8")]
    [InlineData("ISO-8859-1", "\xE8")]
    [InlineData("ISO-8859-15", "%E8")]
    [InlineData("windows-1252", "%E8")]
    [InlineData("macintosh", "%8F")]
    public async Task What_is_declared_is_decoded(string charset, string letter) =>
        Assert.Equal("caffè &=+ 100%", await StateAsync(charset, $"caff{letter}+%26%3D%2B 100%"));

    [Fact]
    public async Task A_client_of_that_kind_gets_its_tokens()
    {
        var shop = await ShopAsync();
        using var answer = await TokenAsync(shop, "ISO-8859-1", "grant_type=client_credentials");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_form_of_a_page_is_read_in_it_too()
    {
        var browser = server.OpenBrowser();
        var token = PageForm.ValueIn(await browser.GetAsync("/password/forgot"));
        using var client = server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/password/forgot")
        {
            Content = Content("ISO-8859-1", $"Input.UserName=nicol%F2&{PageForm.AntiforgeryField}={Uri.EscapeDataString(token)}"),
        };
        request.Headers.Add("Cookie", browser.CookieHeader);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.StartsWith("/password/sent", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("F23")]
    [InlineData("no-such-charset")]
    [InlineData("utf-7")]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    [InlineData("IBM037")]
    [InlineData("iso-2022-jp")]
    [InlineData("shift_jis")]
    public async Task What_cannot_be_is_refused_in_words(string charset)
    {
        using var answer = await TokenAsync(await ShopAsync(), charset, "grant_type=client_credentials");
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        using var client = server.Backchannel();
        using var content = Content(charset, "Input.UserName=x");
        using var page = await client.PostAsync("/password/forgot", content, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.StatusCode, error.GetProperty("error").GetString()));
        Assert.Contains("Send it as UTF-8", error.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, page.StatusCode);
        Assert.Contains(
            "Send it as UTF-8", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grant_type=client_credentials&grant%5Ftype=client_credentials")]
    [InlineData("many")]
    public async Task What_no_form_may_hold_it_may_not_hold_in_any_charset(string form)
    {
        form = form == "many" ? string.Join('&', Enumerable.Range(0, 1200).Select(number => $"p{number}=x")) : form;
        using var answer = await TokenAsync(await ShopAsync(), "ISO-8859-1", form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private Task<RelyingParty> ShopAsync() => server.RegisterAsync("shop", client => client.GrantTypes = ["client_credentials"]);

    private async Task<HttpResponseMessage> TokenAsync(RelyingParty shop, string charset, string form)
    {
        using var client = server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = Content(charset, form) };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{shop.Id}:{shop.Secret}")));
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The state that comes back from a silent request that was posted with this one.</summary>
    private async Task<string> StateAsync(string charset, string written)
    {
        var shop = await server.RegisterAsync("shop");
        var form = shop.AuthorizeUrl(("prompt", "none"), ("state", null)).Split('?')[1] + "&state=" + written;
        using var client = server.Backchannel();
        using var content = Content(charset, form);
        using var posted = await client.PostAsync("/connect/authorize", content, TestContext.Current.CancellationToken);
        using var answer = await client.GetAsync(posted.Headers.Location, TestContext.Current.CancellationToken);
        var parameters = QueryHelpers.ParseQuery(answer.Headers.Location!.Query);
        Assert.Equal("login_required", parameters["error"].ToString());
        return parameters["state"].ToString();
    }

    private static ByteArrayContent Content(string charset, string form)
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(form));
        content.Headers.TryAddWithoutValidation("Content-Type", $"{Form}; charset={charset}");
        return content;
    }
}
