using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OtpNet;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>The sample of docs/admin-api.md, as it stands, against a real server; the customer is a browser over the network.</summary>
public sealed partial class BillingSampleTests(SsoProcess sso, ITestOutputHelper output) : IClassFixture<SsoProcess>
{
    private const string Password = "a long pass phrase of elena";
    private const string Callback = "http://localhost:8098/callback";

    [Fact]
    [Spec("S45")]
    [Spec("S113")]
    public async Task A_billing_system_adds_a_customer_hears_of_the_first_sign_in_and_sees_all_that_they_held_die_within_five_seconds()
    {
        var (secret, shop) = await RegisterAsync();
        await using var billing = ChildProcess.Start(
            "node", ["billing.mjs", "elena", "elena@example.com"],
            new Dictionary<string, string>
            {
                ["SSO"] = sso.Issuer,
                ["CLIENT_ID"] = "billing",
                ["KEY_FILE"] = Path.Combine(sso.Folder, "billing.pem"),
                ["WEBHOOK_SECRET"] = secret,
                ["SHOP_ID"] = shop.Id,
                ["SHOP_SECRET"] = shop.Secret!,
                ["PORT"] = $"{sso.NotificationPort}",
            },
            Path.Combine(Repository.Root, "docs", "samples"), input: null);
        await billing.ExpectAsync("waiting for the first sign-in");

        var browser = sso.OpenBrowser();
        await ChoosePasswordAsync(browser);
        var tokens = await shop.RedeemAsync((await SignInAsync(browser, shop)).Code);
        Assert.True(tokens.RefreshToken is not null, tokens.Body.ToString());
        await browser.GetAsync("/account");
        await billing.ExpectAsync("signed in;");
        billing.Tell(new JsonObject
        {
            ["access_token"] = tokens.AccessToken,
            ["refresh_token"] = tokens.RefreshToken,
            ["cookie"] = browser.CookieHeader,
        }.ToJsonString() + "\n");

        await billing.ExpectSuccessAsync(Patience.Limit);
        output.WriteLine(billing.Output);
        var times = Time().Matches(billing.Output);
        Assert.Equal(
            ["access token", "access token at userinfo", "refresh token", "session", "all"],
            times.Select(time => time.Groups["what"].Value));
        Assert.All(times, time => Assert.InRange(int.Parse(time.Groups["after"].Value, CultureInfo.InvariantCulture), 0, 5000));
    }

    /// <summary>What an operator does first, as docs/admin-api.md has it.</summary>
    private async Task<(string Secret, RelyingParty Shop)> RegisterAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(Path.Combine(sso.Folder, "billing.pem"), key.ExportPkcs8PrivateKeyPem());
        var (point, keys) = (key.ExportParameters(includePrivateParameters: false).Q, Path.Combine(sso.Folder, "billing.jwks"));
        await File.WriteAllTextAsync(keys, new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            }),
        }.ToJsonString());
        var hook = await sso.RunAsync(
            "", "webhook", "add", $"http://localhost:{sso.NotificationPort}/hook", "--events", "person.signed_in", "--json");
        await sso.RunAsync(
            "", "client", "add", "billing", "--name", "Billing", "--type", "machine", "--auth", "private_key_jwt", "--jwks", keys,
            "--scope", ApiScopes.ReadPeople, "--scope", ApiScopes.WritePeople);
        var shop = await sso.AddClientAsync(
            "shop", "--name", "Shop", "--type", "web", "--redirect-uri", Callback, "--scope", "offline_access");
        var provider = new Provider(sso.Issuer, TimeProvider.System, () => new HttpClient { BaseAddress = new Uri(sso.Issuer) });
        var registration = new ClientRegistration
        {
            Id = "shop",
            Name = "Shop",
            RedirectUris = [Callback],
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        return (
            JsonNode.Parse(hook)!["secret"]!.GetValue<string>(),
            new RelyingParty(provider, registration, shop.GetProperty("client_secret").GetString()));
    }

    /// <summary>Whoever is added without a password is invited by mail.</summary>
    private static async Task ChoosePasswordAsync(Browser browser)
    {
        string? link = null;
        await Patience.UntilAsync(
            async () =>
            {
                var mails = (await browser.GetAsync("/dev/mail")).Document;
                link = mails.QuerySelector("ol.messages li a[href*='/password/reset']")?.GetAttribute("href");
                return link is not null;
            },
            "the invitation arrives");
        var done = await browser.SubmitAsync(await browser.GetAsync(link!), ("Input.Password", Password));
        Assert.Equal("/password/done", done.Path);
    }

    /// <summary>The first sign-in, with the enrolment of an authenticator app.</summary>
    private static async Task<Page> SignInAsync(Browser browser, RelyingParty shop)
    {
        var page = await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid profile offline_access")));
        for (var step = 0; step < 8 && !page.LeftSso; step++)
        {
            page = page.Path switch
            {
                "/signin" => await browser.SubmitAsync(page, ("Input.UserName", "elena"), ("Input.Password", Password)),
                "/account/mfa/method" => await browser.SubmitAsync(page, ("Input.Method", "app")),
                "/account/mfa/app" => await browser.SubmitAsync(page, ("Input.Code", CodeOf(page))),
                "/account/mfa/recovery-codes" => await browser.SubmitAsync(
                    page, ("Input.Code", page.Document.QuerySelector("#codes li")!.TextContent.Trim())),
                _ => await browser.SubmitAsync(page),
            };
        }

        return page;
    }

    private static string CodeOf(Page page) => new Totp(
        Base32Encoding.ToBytes(page.Document.QuerySelector("#key")!.TextContent.Replace(" ", "", StringComparison.Ordinal))).ComputeTotp();

    [GeneratedRegex("^(?<what>[a-z ]+?):? dead after (?<after>[0-9]+) ms", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();
}
