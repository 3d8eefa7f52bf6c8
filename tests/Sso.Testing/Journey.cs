using Microsoft.EntityFrameworkCore;
using Sso.Protocol;

namespace Sso.Testing;

/// <summary>What a customer does on the pages, step by step.</summary>
public static class Journey
{
    /// <summary>From a request to where the browser leaves Sso or is in the account area, by whichever pages come.</summary>
    public static async Task<Page> SignInAsync(Browser browser, Customer customer, string url)
    {
        var page = await browser.GetAsync(url);
        for (var step = 0; step < 12 && !page.LeftSso && page.Path != "/account"; step++)
        {
            page = page.Path switch
            {
                "/signin" => await PasswordAsync(browser, page, customer),
                "/signin/verify/app" => await AppAsync(browser, page, customer),
                "/consent" => await browser.SubmitAsync(page),
                "/signin/verify/sms" => await TextAsync(browser, page, customer),
                _ => throw new InvalidOperationException($"{(int)page.Status} {page.Path}: {page.Document.Title}"),
            };
        }

        return page;
    }

    public static Task<Page> PasswordAsync(Browser browser, Page page, Customer customer, string? password = null) =>
        browser.SubmitAsync(page, ("Input.UserName", customer.UserName), ("Input.Password", password ?? SsoServer.Password));

    /// <summary>Waits (on the clock) for a step that was not taken yet, as a person with an app does.</summary>
    public static async Task<Page> AppAsync(Browser browser, Page page, Customer customer)
    {
        await using var database = customer.Server.OpenDatabase();
        var lastStep = await database.SecondFactors.Where(factor => factor.PersonId == customer.Id
            && factor.Method == ProofMethod.AuthenticatorApp)
            .MaxAsync(factor => factor.LastStep);
        var ahead = Math.Max(0, lastStep + 1 - (customer.Server.Clock.GetUtcNow().ToUnixTimeSeconds() / 30));
        if (ahead > 1)
        {
            await customer.Server.PassAsync(TimeSpan.FromSeconds(30 * ahead));
            ahead = 0;
        }

        return await browser.SubmitAsync(page, ("Input.Code", await customer.Server.AppCodeAsync(customer.Id, (int)ahead)));
    }

    public static async Task<Page> TextAsync(Browser browser, Page page, Customer customer) =>
        await browser.SubmitAsync(page, ("Input.Code", await customer.Server.LatestTextCodeAsync(customer.Id)));
}
