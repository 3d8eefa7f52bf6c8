using System.Text;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Testing;
using Xunit;
using Page = Sso.Testing.Page;

namespace Sso.Server.Tests.SignIn;

/// <summary>A code goes to the phone and nowhere else, and nobody who proved nothing makes one leave.</summary>
[OneDatabase]
public sealed class TextSecrecyTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("A14")]
    public async Task No_answer_of_sending_and_checking_holds_the_code()
    {
        server.Log.Everything = true;
        var bo = await (await server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var answers = new StringBuilder();
        browser.Watch = (answer, text) => answers.Append(answer.Headers).Append(answer.Content.Headers).AppendLine(text);
        foreach (var (name, value) in ((string, string)[])
        [
            ("X-Debug", "1"), ("Accept", "application/json"), ("Prefer", "return=representation"),
        ])
        {
            browser.Headers.Add((name, value));
        }

        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        var code = await server.LatestTextCodeAsync(bo.Id);
        await browser.GetAsync(page.Url.PathAndQuery + "&debug=true&returnCode=true&format=json");
        await browser.SubmitAsync(page, ("Input.Code", code == "000000" ? "111111" : "000000"));
        await server.PassAsync(TimeSpan.FromSeconds(30));
        await browser.PostAsync(
            $"/signin/verify/sms?handler=Resend&returnCode=true&{page.Url.Query.TrimStart('?')}",
            [new("__RequestVerificationToken", Value(page))]);
        await browser.GetAsync("/signin/verify/choose" + page.Url.Query);
        Assert.DoesNotContain(code, answers.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(code, StringComparison.Ordinal));
        Assert.Equal("/account", (await browser.SubmitAsync(await browser.GetAsync(page.Url.PathAndQuery), ("Input.Code", code))).Path);
    }

    [Fact]
    [Spec("S126")]
    public async Task Whatever_page_a_stranger_opens_or_posts_no_text_leaves()
    {
        var bo = await (await server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        var (flow, value) = (page.Url.Query.TrimStart('?'), Value(page));
        await using var database = server.OpenDatabase();
        var before = await database.OutgoingTexts.CountAsync();
        foreach (var path in server.App.Services.GetRequiredService<IActionDescriptorCollectionProvider>()
            .ActionDescriptors.Items.OfType<PageActionDescriptor>()
            .Select(descriptor => "/" + descriptor.AttributeRouteInfo!.Template))
        {
            await browser.GetAsync($"{path}?{flow}");
            foreach (var handler in (string[])["", "Resend", "Send", "Request", "Later"])
            {
                await browser.PostAsync(
                    $"{path}?handler={handler}&{flow}",
                    [
                        new("__RequestVerificationToken", value), new("Input.UserName", bo.UserName), new("Input.Password", "sbagliata"),
                        new("Input.Number", "3331234567"), new("Input.Method", "sms"), new("Input.Email", bo.Email),
                    ]);
            }

            await server.ForgetAttemptsAsync();
        }

        Assert.Equal(before, await database.OutgoingTexts.CountAsync());
        Assert.False(await database.MessageChallenges.AnyAsync(challenge => challenge.CreatedAt > server.Clock.GetUtcNow().AddSeconds(-1)));
    }

    [Theory]
    [Spec("S128")]
    [InlineData("+882 16 1234567")]
    [InlineData("+881 6 12345678")]
    [InlineData("+39 899 123456")]
    [InlineData("+39 199 123456")]
    [InlineData("+1 876 555 1234")]
    [InlineData("+44 70 1234 5678")]
    [InlineData("+39 333")]
    [InlineData("+39 333 1234567 1234567")]
    [InlineData("+49 151 23456789")]
    public async Task A_number_that_is_not_served_is_refused_before_it_is_stored(string number)
    {
        var flo = await server.AddPersonAsync("flo");
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo));
        page = await browser.SubmitAsync(page, ("Input.Method", "sms"));
        page = await browser.SubmitAsync(page, ("Input.Number", number));
        Assert.Equal("/account/mfa/sms", page.Path);
        Assert.NotNull(page.Document.QuerySelector("#error-summary"));
        await using var database = server.OpenDatabase();
        Assert.False(await database.SecondFactors.AnyAsync(factor => factor.PersonId == flo.Id));
    }

    private static string Value(Page page) => page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
}
