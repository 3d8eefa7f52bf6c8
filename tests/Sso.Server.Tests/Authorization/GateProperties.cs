using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>
/// Whatever a browser does, in any order, repeated, side by side, with tampered values: without the second factor that policy demands there
/// is neither a code nor a token. The person of these runs has an authenticator app, and the attacker knows the password and nothing else.
/// </summary>
[Spec("S37")]
[Spec("A1")]
[OneDatabase]
public sealed class GateProperties(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly int Sequences = Thoroughness.Of("SSO_MEASURE_SEQUENCES", 300);

    private enum Act
    {
        Authorize,
        AuthorizeSilently,
        AuthorizeWithLogin,
        AuthorizeAtOldAddress,
        Password,
        WrongPassword,
        GuessAppCode,
        GuessTextCode,
        GuessRecoveryCode,
        Continue,
        ContinueTampered,
        OpenEnrolment,
        PostEnrolment,
        OpenRecoveryCodes,
        PostRecoveryCodes,
        OpenDone,
        OpenAccount,
        Consent,
        TamperSessionCookie,
        ForgetCookies,
        SignOut,
        RedeemGarbage,
        RedeemHandleAsCode,
        TwiceAtOnce,
    }

    [Fact]
    public async Task No_sequence_of_requests_gets_a_code_without_the_second_factor()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "Sqlite", "The policy does not know the database.");
        var shop = await server.RegisterAsync("shop");
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        var acts = Gen.Elements(Enum.GetValues<Act>()).ListOf(8).Sample(Sequences, new Rnd(20261123, 1), 8);
        Assert.Equal(Sequences, acts.Length);
        var reached = ImmutableHashSet.CreateBuilder<string>();
        foreach (var sequence in acts)
        {
            var browser = server.OpenBrowser();
            // Each run as after a quiet hour: the waits are proved elsewhere and would hide what lies behind them.
            await ForgetCountersAsync();
            Page? page = null;
            foreach (var act in sequence)
            {
                page = await TryAsync(browser, page, act, shop, customer) ?? page;
                reached.Add(page?.Path ?? "");
                Assert.True(page is null || (int)page.Status < 500, $"{page?.Status} after {string.Join(", ", sequence)}");
                Assert.True(page?.Code is null, $"A code after {string.Join(", ", sequence)}");
            }
        }

        // The run means something only if it came as far as the challenge.
        Assert.Contains("/signin/verify/app", reached);
        await using var database = server.OpenDatabase();
        Assert.Empty(database.Grants);
    }

    private static async Task<Page?> TryAsync(Browser browser, Page? page, Act act, RelyingParty shop, Customer customer)
    {
        var flow = page?.Parameter("flow") ?? "none";
        switch (act)
        {
            case Act.Authorize:
                return await browser.GetAsync(shop.AuthorizeUrl());
            case Act.AuthorizeSilently:
                return await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")));
            case Act.AuthorizeWithLogin:
                return await browser.GetAsync(shop.AuthorizeUrl(("prompt", "login"), ("max_age", "0")));
            case Act.AuthorizeAtOldAddress:
                return await browser.GetAsync("/signin?" + shop.AuthorizeUrl().Split('?')[1]);
            case Act.Password:
                return await PostAsync(
                    browser, "/signin", flow, ("Input.UserName", customer.UserName), ("Input.Password", SsoServer.Password));
            case Act.WrongPassword:
                return await PostAsync(browser, "/signin", flow, ("Input.UserName", customer.UserName), ("Input.Password", "sbagliata"));
            case Act.GuessAppCode:
                return await PostAsync(browser, "/signin/verify/app", flow, ("Input.Code", "000000"));
            case Act.GuessTextCode:
                return await PostAsync(browser, "/signin/verify/sms", flow, ("Input.Code", "000000"));
            case Act.GuessRecoveryCode:
                return await PostAsync(browser, "/signin/verify/recovery", flow, ("Input.Code", new string('A', 24)));
            case Act.Continue:
                return await browser.GetAsync($"/connect/authorize/continue?flow={flow}");
            case Act.ContinueTampered:
                return await browser.GetAsync($"/connect/authorize/continue?flow={flow[..^1]}A");
            case Act.OpenEnrolment:
                return await browser.GetAsync($"/account/mfa/app?flow={flow}");
            case Act.PostEnrolment:
                return await PostAsync(browser, "/account/mfa/app", flow, ("Input.Code", "000000"));
            case Act.OpenRecoveryCodes:
                return await browser.GetAsync($"/account/mfa/recovery-codes?flow={flow}");
            case Act.PostRecoveryCodes:
                return await PostAsync(browser, "/account/mfa/recovery-codes", flow);
            case Act.OpenDone:
                return await browser.GetAsync($"/account/mfa/done?flow={flow}");
            case Act.OpenAccount:
                return await browser.GetAsync("/account");
            case Act.Consent:
                return await PostAsync(browser, "/consent", flow);
            case Act.TamperSessionCookie:
                browser.SetCookie("__Host-sso-session", (browser.Cookie("__Host-sso-session") ?? "x") + "A");
                return null;
            case Act.ForgetCookies:
                browser.ForgetCookies();
                return null;
            case Act.SignOut:
                return await PostAsync(browser, "/signout", flow);
            case Act.RedeemGarbage:
                Assert.NotNull((await shop.RedeemAsync("garbage")).Error);
                return null;
            case Act.RedeemHandleAsCode:
                Assert.NotNull((await shop.RedeemAsync(flow)).Error);
                Assert.NotNull((await shop.RefreshAsync(flow)).Error);
                return null;
            case Act.TwiceAtOnce:
                var both = await Task.WhenAll(
                    PostAsync(browser, "/signin/verify/app", flow, ("Input.Code", "111111")),
                    browser.GetAsync($"/connect/authorize/continue?flow={flow}"));
                Assert.All(both, answer => Assert.Null(answer.Code));
                return both[1];
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>With an antiforgery value from a page that this browser may see, so that the post gets as far as it can.</summary>
    private static async Task<Page> PostAsync(Browser browser, string path, string flow, params (string Name, string Value)[] fields)
    {
        var shown = await browser.GetAsync($"{path}?flow={flow}");
        var token = shown.LeftSso ? null : shown.Document.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value");
        return await browser.PostAsync(
            $"{path}?flow={flow}",
            fields.Append(("__RequestVerificationToken", token ?? "")).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
    }

    private async Task ForgetCountersAsync()
    {
        await using var database = server.OpenDatabase();
        database.AttemptCounters.RemoveRange(database.AttemptCounters);
        foreach (var factor in database.SecondFactors)
        {
            database.Entry(factor).Property(row => row.ConsecutiveFailures).CurrentValue = 0;
        }

        await database.SaveChangesAsync();
    }
}
