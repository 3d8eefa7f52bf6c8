using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>
/// A reset was begun for Ada and its link is in her mailbox. Whoever does everything else that the pages offer, in every order of
/// three, comes neither to the new password nor past a step. The orders are the windows of one long walk (a De Bruijn sequence),
/// so that all of them fit into seconds.
/// </summary>
[OneDatabase]
[Spec("A1")]
public sealed class ResetOrderTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Stolen = "una frase del ladro";

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Browser, string> Values = [];

    private static readonly string[] Acts =
        ["ask again", "restart", "choose another way", "send again", "change the language"];

    [Fact]
    public async Task No_order_of_the_other_forms_opens_the_new_password()
    {
        // The attacker knows a password too, of an account with two second factors: more pages are open to them.
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var hash = await HashAsync(ada);
        await AskAsync(server.OpenBrowser(), ada);
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        page = await Journey.PasswordAsync(browser, page, ada);
        Assert.Equal("/signin/verify/choose", page.Path);
        var flow = page.Url.Query.TrimStart('?');
        var seen = new HashSet<string>();
        var walk = Orders(Acts.Length, 3).ToList();
        Assert.Equal(125, walk.Count);
        foreach (var act in walk)
        {
            page = await ActAsync(browser, Acts[act], ada, flow);
            seen.Add(page.Path);
            Assert.True((int)page.Status < 500, $"{Acts[act]}: {page.Status}");
            Assert.DoesNotContain(page.Path, (string[])["/account", "/password/done"]);
            AssertClosed(await browser.GetAsync($"/password/reset?{flow}"));
        }

        AssertClosed(await PostAsync(browser, $"/password/reset?{flow}&link=", ("Input.Password", Stolen)));
        AssertClosed(await PostAsync(browser, $"/password/reset?{flow}&link={flow}", ("Input.Password", Stolen)));

        Assert.Superset(new HashSet<string> { "/password/sent", "/signin/verify/choose", "/signin/verify/sms" }, seen);
        Assert.Equal(hash, await HashAsync(ada));
        await using var database = server.OpenDatabase();
        Assert.False(await database.Sessions.AnyAsync(session => session.SignedInAt != null));
    }

    private static async Task<Page> ActAsync(Browser browser, string act, Customer ada, string flow)
    {
        switch (act)
        {
            case "ask again":
                return await AskAsync(browser, ada);
            case "restart":
                return await browser.GetAsync($"/signin?{flow}");
            case "choose another way":
                return await PostAsync(browser, $"/signin/verify/choose?{flow}", ("Input.Method", "sms"));
            case "send again":
                return await PostAsync(browser, $"/signin/verify/sms?handler=Resend&{flow}");
            default:
                return await PostAsync(browser, "/language", ("to", "en"), ("back", "/password/reset"));
        }
    }

    private static async Task<Page> AskAsync(Browser browser, Customer ada) =>
        await PostAsync(browser, "/password/forgot", ("Input.UserName", ada.UserName));

    private static async Task<Page> PostAsync(Browser browser, string url, params (string Name, string Value)[] fields)
    {
        Values.TryGetValue(browser, out var value);
        if (value is null)
        {
            value = (await browser.GetAsync("/signout")).Document.QuerySelector("[name=__RequestVerificationToken]")!
                .GetAttribute("value")!;
            Values.AddOrUpdate(browser, value);
        }

        var form = fields.Append((Name: "__RequestVerificationToken", Value: value));
        var page = await browser.PostAsync(url, form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        if (page.Status != System.Net.HttpStatusCode.BadRequest)
        {
            return page;
        }

        // The session was renewed meanwhile, and the value with it.
        Values.Remove(browser);
        return await PostAsync(browser, url, fields);
    }

    private static void AssertClosed(Page page)
    {
        Assert.Equal("/password/reset", page.Path);
        Assert.Null(page.Document.QuerySelector("main input[type='password']"));
    }

    private async Task<string?> HashAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return (await database.Users.AsNoTracking().SingleAsync(person => person.Id == customer.Id)).PasswordHash;
    }

    /// <summary>
    /// A De Bruijn sequence: every word of this length over the letters 0 to <paramref name="letters"/> is one of its windows.
    /// </summary>
    private static IEnumerable<int> Orders(int letters, int length)
    {
        var word = new int[letters * length];
        return Extend(1, 1);

        IEnumerable<int> Extend(int at, int period)
        {
            if (at > length)
            {
                return length % period == 0 ? [.. word[1..(period + 1)]] : [];
            }

            word[at] = word[at - period];
            var found = Extend(at + 1, period).ToList();
            for (var letter = word[at - period] + 1; letter < letters; letter++)
            {
                word[at] = letter;
                found.AddRange(Extend(at + 1, at));
            }

            return found;
        }
    }
}
