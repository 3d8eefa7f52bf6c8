using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>A session that proved one factor, where two are demanded, at every page of the account area.</summary>
[Spec("A47")]
[Spec("S37")]
public sealed class OneFactorTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task No_account_page_opens_nor_acts_after_the_password_alone()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        Assert.Equal("/signin/verify/app", page.Path);
        var value = page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var flow = page.Url.Query.TrimStart('?');
        var before = await StateAsync(ada);
        var requests = await AccountRequestsAsync();
        Assert.True(requests.Count > 30, string.Join(", ", requests));
        foreach (var (isPost, path) in requests)
        {
            foreach (var url in (string[])[path, path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + flow])
            {
                var answer = isPost
                    ? await browser.PostAsync(url, [
                        new("__RequestVerificationToken", value), new("Input.Current", SsoServer.Password),
                        new("Input.Password", "un'altra lunga frase"), new("Input.Method", "app"),
                        new("Input.Number", "3331234567"), new("Input.Code", "000000"),
                        new("Input.Name", "x"), new("id", Guid.Empty.ToString())])
                    : await browser.GetAsync(url);
                Assert.True(
                    answer.Path.StartsWith("/signin/verify/", StringComparison.Ordinal),
                    $"{(isPost ? "POST" : "GET")} {url}: {(int)answer.Status} {answer.Path}");
            }
        }

        Assert.Equal(before, await StateAsync(ada));
    }

    [Fact]
    public async Task Who_has_no_second_factor_reaches_nothing_but_the_enrolment_in_any_tab_and_no_code()
    {
        var shop = await server.RegisterAsync("shop");
        var flo = await server.AddPersonAsync("flo");
        var browser = server.OpenBrowser();
        await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), flo);
        foreach (var (isPost, path) in (await AccountRequestsAsync()).Where(request => !request.IsPost))
        {
            Assert.Equal((path, "/signin/enrol"), (path, (await browser.GetAsync(path)).Path));
        }

        Assert.Equal("/signin/enrol", (await browser.GetAsync(shop.AuthorizeUrl())).Path);
        Assert.Equal("interaction_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
        await using var database = server.OpenDatabase();
        Assert.False(await database.Grants.AnyAsync(grant => grant.PersonId == flo.Id));
    }

    [Fact]
    [Spec("S34")]
    public async Task Six_minutes_after_the_proof_no_factor_is_added_before_it_is_proved_again()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var open = await browser.GetAsync("/account/mfa/sms");
        Assert.Equal("/account/mfa/sms", open.Path);
        await server.PassAsync(TimeSpan.FromMinutes(6));
        foreach (var path in (string[])
        [
            "/account/mfa/app", "/account/mfa/sms", "/account/mfa/passkey", "/account/mfa/method", "/account/mfa/recovery-codes",
        ])
        {
            Assert.Equal((path, "/signin"), (path, (await browser.GetAsync(path)).Path));
        }

        // Nor by the form that was opened in time.
        Assert.Equal("/signin", (await browser.SubmitAsync(open, ("Input.Number", "3331234567"))).Path);
        await using var database = server.OpenDatabase();
        Assert.Equal(1, await database.SecondFactors.CountAsync(factor => factor.PersonId == ada.Id));
    }

    private async Task<List<(bool IsPost, string Path)>> AccountRequestsAsync()
    {
        var requests = new List<(bool, string)>();
        foreach (var page in server.App.Services.GetRequiredService<IActionDescriptorCollectionProvider>()
            .ActionDescriptors.Items.OfType<PageActionDescriptor>())
        {
            var path = "/" + page.AttributeRouteInfo!.Template;
            // To keep an account a mailed link is enough: it undoes and opens nothing. A request that waits
            // is answered by its own handle only.
            if ((path != "/account" && !path.StartsWith("/account/", StringComparison.Ordinal))
                || path is "/account/keep" or "/account/requests/answer")
            {
                continue;
            }

            path = path.Split("/{")[0];
            requests.Add((false, path));
            var compiled = await server.App.Services.GetRequiredService<Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure.PageLoader>()
                .LoadAsync(page, Microsoft.AspNetCore.Http.EndpointMetadataCollection.Empty);
            requests.AddRange(compiled.HandlerMethods.Where(handler => handler.HttpMethod == "Post")
                .Select(handler => (true, handler.Name is null ? path : $"{path}?handler={handler.Name}")));
        }

        return requests;
    }

    private async Task<string> StateAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == customer.Id);
        return string.Join('|', person.PasswordHash, person.RecoveryCodesSavedAt,
            await database.SecondFactors.CountAsync(row => row.PersonId == customer.Id),
            await database.RecoveryCodes.CountAsync(row => row.PersonId == customer.Id),
            await database.OutgoingTexts.CountAsync(),
            await database.SecurityEvents.CountAsync(row => row.PersonId == customer.Id),
            await database.Sessions.CountAsync(row => row.PersonId == customer.Id && row.EndedAt == null));
    }
}
