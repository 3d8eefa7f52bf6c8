using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// docs/ways-in.md lists every route; what is not in it does not exist, and nothing but its forms takes a person's password.
/// </summary>
[Spec("S10")]
[OneDatabase]
public sealed partial class WaysInTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public void The_documentation_lists_every_route_and_no_other()
    {
        var listed = Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "ways-in.md")))
            .SelectMany(row => Code().Matches(row.Groups[1].Value)).Select(code => code.Groups[1].Value).ToHashSet();
        var routes = Routes().ToHashSet();
        Assert.True(routes.SetEquals(listed), $"""
            docs/ways-in.md and the routes differ. Add to it, with what protects the route: {string.Join(' ', routes.Except(listed))}
            Remove from it: {string.Join(' ', listed.Except(routes))}
            """);
    }

    [Fact]
    public void Only_the_forms_for_it_have_a_field_for_a_password()
    {
        var pages = typeof(ServerApplication).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PageModel)) && !type.IsAbstract)
            .Where(type => type.GetProperties().Any(IsPassword)).Select(type => type.FullName!["Sso.Server.Pages.".Length..]).Order();
        // To sign in and to prove oneself again, to change it with the current one (alone or in one go with all else), and to set a new one
        // by a mailed link, or by that which makes the first administrator.
        Assert.Equal(["Account.NotMe", "Account.Password", "Console.Setup", "Password.Reset", "SignIn.Index"], pages);
    }

    [Fact]
    public async Task A_name_and_password_by_http_basic_open_nothing()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        using var client = server.Backchannel();
        foreach (var route in Routes().Where(route => !route.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
            {
                var (anonymous, _) = await AnswerAsync(client, method, route, credentials: null);
                var (answer, cookies) = await AnswerAsync(client, method, route, $"{ada.UserName}:{SsoServer.Password}");
                Assert.Equal((route, anonymous), (route, answer));
                Assert.DoesNotContain(
                    cookies,
                    cookie => cookie.Contains("sso-session", StringComparison.Ordinal) && !cookie.Contains(
                        "sso-session=;", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task The_password_grant_does_not_exist()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await server.AddPersonAsync("ada");
        var answer = await shop.TokenAsync(("grant_type", "password"), ("username", ada.UserName), ("password", SsoServer.Password));
        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (answer.Status, answer.Error));
    }

    private IEnumerable<string> Routes() => server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
        .Where(route => !IsFile(route)).Distinct();

    private static bool IsFile(string route) =>
        route == "/{**path:file}"
            || ((string[])["/css/", "/js/", "/img/"]).Any(folder => route.StartsWith(folder, StringComparison.Ordinal));

    private static bool IsPassword(PropertyInfo property) =>
        (property.GetCustomAttribute<BindPropertyAttribute>()?.Name ?? "").Contains("password", StringComparison.OrdinalIgnoreCase)
        || property.GetCustomAttribute<BindPropertyAttribute>() is not null
        && property.Name.Contains("password", StringComparison.OrdinalIgnoreCase);

    /// <summary>What may differ between two answers is left out.</summary>
    private static async Task<(string Answer, IEnumerable<string> Cookies)> AnswerAsync(
        HttpClient client, HttpMethod method, string route, string? credentials)
    {
        using var request = new HttpRequestMessage(method, route);
        request.Headers.Authorization = credentials is null
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        using var answer = await client.SendAsync(request);
        var location = answer.Headers.Location?.OriginalString.Split('?')[0];
        return ($"{(int)answer.StatusCode} {location}", answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : []);
    }

    [GeneratedRegex(@"^\| ([^|]*`/[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(/[^`]*)`")]
    private static partial Regex Code();
}
