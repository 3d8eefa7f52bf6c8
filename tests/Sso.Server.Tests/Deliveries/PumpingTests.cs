using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Deliveries;

/// <summary>Texts that nobody wants, asked for through the pages by people who have a password and no factor.</summary>
[Spec("S129")]
public sealed class PumpingTests : IAsyncLifetime
{
    /// <summary>The limit of one address is not what is proved: pumping comes from many.</summary>
    private readonly SsoServer _server = new() { Settings = { "--Delivery:Limits:PerAddressAndHour=1000" } };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Numbers_of_one_prefix_cost_at_most_their_cap_and_a_customer_of_another_still_gets_a_code()
    {
        await _server.InitializeAsync();
        var bo = await _server.AddPersonAsync("bo");
        await _server.EnrolPhoneAsync(bo.Id, "+393201234567");
        var refused = 0;
        for (var stranger = 0; stranger < 50; stranger++)
        {
            var answer = await EnrolAsync(string.Create(CultureInfo.InvariantCulture, $"333 {stranger:000} 4567"));
            refused += answer.Path == "/account/mfa/sms/code" ? 0 : 1;
        }

        await using var database = _server.OpenDatabase();
        // A quarter of the server's hour for one prefix, and four fifths of that for enrolment.
        Assert.Equal(40, await database.OutgoingTexts.CountAsync(text => text.Purpose == TextPurpose.Enrolment));
        Assert.Equal(10, refused);
        Assert.Equal("/signin/verify/sms", (await SignInAsync(bo)).Path);
        Assert.Equal(1, await database.OutgoingTexts.CountAsync(text => text.Purpose == TextPurpose.SignIn));
    }

    [Fact]
    public async Task With_the_budget_spent_the_page_says_so_and_an_app_still_signs_in()
    {
        _server.Settings.Add("--Delivery:Budget:PerHour=2");
        await _server.InitializeAsync();
        var bo = await _server.AddPersonAsync("bo");
        await _server.EnrolPhoneAsync(bo.Id, "+393201234567");
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var sent = 0;
        while (sent < 100
            && (await EnrolAsync(
                string.Create(CultureInfo.InvariantCulture, $"3{20 + (sent % 10)} {sent:000} 1234"))).Path == "/account/mfa/sms/code")
        {
            sent++;
        }

        // What enrolment may use is spent; sign-in has a fifth of its own, and spends it.
        Page page;
        do
        {
            page = await SignInAsync(await AnotherAsync(sent++));
        }
        while (sent < 200 && page.Document.QuerySelector("#error-summary") is null);

        page = await SignInAsync(bo);
        Assert.Contains(
            "non possiamo inviare codici", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
        var browser = _server.OpenBrowser();
        page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        Assert.Equal("/account", (await Journey.AppAsync(browser, page, ada)).Path);
        await using var database = _server.OpenDatabase();
        Assert.True(await database.DeliveryAlerts.AnyAsync(alert => alert.Limit == "text-budget-hour"));
    }

    [Theory]
    [InlineData("0.09", "/signin/verify/sms")]
    [InlineData("0.11", "/account/mfa/sms")]
    public async Task Where_one_text_is_dearer_than_the_budget_no_page_says_to_try_again_later(string budget, string path)
    {
        _server.Settings.Add($"--Delivery:Budget:PerHour={budget}");
        await _server.InitializeAsync();
        var bo = await (await _server.AddPersonAsync("bo")).WithPhoneAsync();
        var page = path == "/signin/verify/sms" ? await SignInAsync(bo) : await EnrolAsync("320 123 4567");
        Assert.Equal(path, page.Path);
        var said = page.Document.QuerySelector("#error-summary")!.TextContent;
        Assert.Contains("non possiamo inviare SMS a questo numero. Usa un altro metodo.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("second", said, StringComparison.Ordinal);
    }

    private async Task<Page> EnrolAsync(string number)
    {
        var stranger = await _server.AddPersonAsync("stranger");
        var browser = _server.OpenBrowser();
        var page = await SignInAsync(stranger, browser);
        Assert.Equal("/signin/enrol", page.Path);
        page = await browser.GetAsync("/account/mfa/sms" + page.Url.Query);
        return await browser.SubmitAsync(page, ("Input.Number", number));
    }

    private async Task<Customer> AnotherAsync(int number)
    {
        var person = await _server.AddPersonAsync("other");
        await _server.EnrolPhoneAsync(person.Id, string.Create(CultureInfo.InvariantCulture, $"+393{40 + (number % 10)}5{number:000}789"));
        return person;
    }

    private Task<Page> SignInAsync(Customer person) => SignInAsync(person, _server.OpenBrowser());

    private static async Task<Page> SignInAsync(Customer person, Browser browser) =>
        await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), person);
}
