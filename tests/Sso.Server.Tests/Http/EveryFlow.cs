using AngleSharp.Dom;
using Sso.Data.Administrators;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// One walk of several people through every flow, with every address that a browser asked for or was sent to, every cookie that was set,
/// and every value that somebody typed or was given.
/// </summary>
public sealed class EveryFlow : IAsyncLifetime
{
    private const string Number = "+393339876543";
    private const string NewNumber = "+393339876544";
    private const string NewPassword = "quattro barche gialle al molo";
    private const string NewAddress = "nuova.casella@example.it";

    public SsoServer Server { get; } = new();

    public List<Uri> Addresses { get; } = [];

    public List<string> Cookies { get; } = [];

    public HashSet<(string Name, string Value)> Secrets { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Server.Settings.Add("--Sso:SessionManagement=true");
        Server.Settings.Add("--Authorization:IdTokenResponses=true");
        await Server.InitializeAsync();
        foreach (var typed in (string[])[Number, Number[3..], NewNumber, NewNumber[3..]])
        {
            Secrets.Add(("phone number", typed));
        }

        Secrets.Add(("password", SsoServer.Password));
        Secrets.Add(("password", NewPassword));
        Secrets.Add(("mail address", NewAddress));
        foreach (var walk in (Func<Task>[])
            [
                EnrolAsync, UseApplicationsAsync, AnswerAsync, UseOtherFactorsAsync, ChangeContactsAsync, ResetAsync, LoseTheFactorAsync,
                LeaveAsync, AdministrateAsync,
            ])
        {
            await Server.ForgetAttemptsAsync();
            await walk();
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task AdministrateAsync()
    {
        var (browser, owner) = (Open(), await Server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/applications/add");
        await Server.PassAsync(TimeSpan.FromMinutes(6));
        page = await browser.SubmitAsync(page, form: "add", ("Input.Name", "Botteghino"));
        Assert.Equal("/signin", page.Path);
        Assert.Equal("/console/applications/add", (await browser.ProveAsync(owner, page)).Path);
    }

    private async Task EnrolAsync()
    {
        var (browser, flo) = (Open(), await AddAsync("florinda"));
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo, "sbagliata del tutto");
        page = await Journey.PasswordAsync(browser, page, flo);
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        Secrets.Add(("seed", string.Concat(page.Document.QuerySelector(".key")!.TextContent.Where(char.IsAsciiLetterOrDigit))));
        await browser.SubmitAsync(page, ("Input.Code", Typed("000000")));
        page = await browser.SubmitAsync(page, ("Input.Code", Typed(await Server.AppCodeAsync(flo.Id))));
        var codes = page.Document.QuerySelectorAll("ol.codes li").Select(item => item.Text().Trim()).ToList();
        codes.ForEach(code => Secrets.Add(("recovery code", code)));
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", codes[0]))).Path);
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
        page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo);
        page = await browser.SubmitAsync(await browser.GetAsync("/signin/verify/recovery" + page.Url.Query), ("Input.Code", codes[1]));
        Assert.Equal("/account", page.Path);
        page = await browser.GetAsync("/account/mfa/passkey");
        using var passkey = new SoftwarePasskey();
        Assert.NotEqual("/account/mfa/passkey", (await browser.SubmitAsync(page, passkey.Create(page))).Path);
        var another = Open();
        page = await another.GetAsync("/account");
        Assert.Equal("/account", (await another.SubmitAsync(page, passkey.Get(page))).Path);
    }

    private async Task UseApplicationsAsync()
    {
        var shop = await Server.RegisterAsync("shop", client =>
            (client.AcceptsTrustedDevices, client.ConsentRequired, client.AllowsIdTokenResponses) = (true, true, true));
        await Server.PassAsync(TimeSpan.FromSeconds(1));
        var (browser, ada) = (Open(), await (await AddAsync("adalgisa")).WithAppAsync());
        var page = await browser.GetAsync(
            shop.AuthorizeUrl(("login_hint", ada.Email), ("scope", "openid profile email offline_access")));
        var form = page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await browser.PostAsync(
            "/language", [new("__RequestVerificationToken", form), new("to", "it"), new("back", page.Url.PathAndQuery)]);
        page = await Journey.PasswordAsync(browser, page, ada);
        page = await browser.SubmitAsync(page, ("Input.Code", Typed(await Server.AppCodeAsync(ada.Id))), ("Input.Trust", "true"));
        Assert.Equal("/consent", page.Path);
        page = await browser.SubmitAsync(page);
        Note("code", page.Code);
        Secrets.Add(("verifier", shop.Verifier));
        var tokens = await shop.RedeemAsync(page.Code);
        Note("access token", tokens.AccessToken);
        Note("ID token", tokens.Text("id_token"));
        Note("refresh token", tokens.RefreshToken);
        page = await browser.GetAsync(shop.AuthorizeUrl(
            ("response_type", "code id_token"), ("prompt", "none"), ("id_token_hint", tokens.Text("id_token"))));
        Note("ID token", page.Parameter("id_token"));
        Assert.NotNull(page.Parameter("id_token"));
        await browser.GetAsync(shop.AuthorizeUrl(("response_mode", "form_post")));
        await browser.GetAsync(shop.AuthorizeUrl(("prompt", "login"), ("state", "s-2")));
        await browser.GetAsync(shop.AuthorizeUrl(("redirect_uri", "https://evil.example/")));
        var pushed = await shop.PushAsync(("login_hint", ada.Email));
        await browser.GetAsync($"/connect/authorize?client_id={shop.Id}&request_uri={pushed.Text("request_uri")}");
        browser.SetCookie("__Host-sso-session", "");
        page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada);
        Assert.True(page.LeftSso, page.Path);
        page = await browser.GetAsync(
            $"/connect/logout?id_token_hint={tokens.Text("id_token")}&post_logout_redirect_uri=https://shop.example/signed-out&state=s-3");
        Assert.Equal("/signout", page.Path);
        await browser.SubmitAsync(page);
    }

    private async Task AnswerAsync()
    {
        var tv = await Server.RegisterAsync("tv", client =>
        {
            client.AuthenticationMethod = ClientAuthenticationMethod.None;
            (client.RedirectUris, client.GrantTypes) = ([], [GrantTypes.DeviceCode]);
        });
        var bank = await Server.RegisterAsync("bank", client => client.GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.Ciba]);
        var (browser, ada) = (Open(), await (await AddAsync("adelaide")).WithAppAsync());
        var asked = await tv.AskDeviceAsync();
        Note("user code", asked.Text("user_code"));
        Note("device code", asked.Text("device_code"));
        var page = await browser.SubmitAsync(await browser.GetAsync(asked.Text("verification_uri_complete")!));
        page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, ada), ada);
        Assert.Equal("/device/confirm", page.Path);
        Assert.Equal("/device/done", (await browser.SubmitAsync(page)).Path);
        await browser.SubmitAsync(await browser.GetAsync("/device"), ("Input.UserCode", (await tv.AskDeviceAsync()).Text("user_code")!));
        Note("auth_req_id", (await bank.AskPersonAsync(ada.Email, ("binding_message", "Bonifico 4711"))).Text("auth_req_id"));
        Secrets.Add(("binding message", "Bonifico 4711"));
        page = await browser.GetAsync("/account/requests");
        page = await browser.SubmitAsync(page, ("id", page.Document.QuerySelector("main [name=id]")!.GetAttribute("value")!));
        Assert.Equal("/account/requests/answer", page.Path);
        await browser.SubmitAsync(page);
    }

    private async Task UseOtherFactorsAsync()
    {
        var shop = await Server.RegisterAsync("shop", client => client.AcceptsMailCodes = true);
        var (browser, bo) = (Open(), await AddAsync("bonifacio"));
        await Server.EnrolPhoneAsync(bo.Id, Number);
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        page = await browser.SubmitAsync(page, ("Input.Code", Typed(await Server.LatestTextCodeAsync(bo.Id))));
        Assert.Equal("/account", page.Path);
        foreach (var path in (string[])
            [
                "/account/sessions", "/account/activity", "/account/apps", "/account/passkeys", "/account/contacts", "/account/mfa",
                "/account/data",
            ])
        {
            Assert.Equal(path, (await browser.GetAsync(path)).Path);
        }

        await browser.SubmitAsync(await browser.GetAsync("/account/data"), "download", []);
        var (mailed, di) = (Open(), await AddAsync("diamante"));
        page = await Journey.PasswordAsync(mailed, await mailed.GetAsync(shop.AuthorizeUrl()), di);
        Assert.Equal("/signin/verify/mail", page.Path);
        var mail = (await di.MailsAsync())[0];
        var code = System.Text.RegularExpressions.Regex.Match(mail.Text, @"\b\d{6}\b").Value;
        Assert.True((await mailed.SubmitAsync(page, ("Input.Code", Typed(code)))).LeftSso);
    }

    private async Task ChangeContactsAsync()
    {
        var (browser, cleo) = (Open(), await AddAsync("cleopatra"));
        await Server.EnrolPhoneAsync(cleo.Id, Number);
        await Journey.SignInAsync(browser, cleo, "/account");
        await Server.PassAsync(TimeSpan.FromSeconds(1));
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/change"), ("Input.Number", NewNumber));
        page = await browser.SubmitAsync(page, ("Input.Code", Typed(await Server.LatestTextCodeAsync(cleo.Id))));
        Assert.Equal("/account/contacts", page.Path);
        page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/email"), ("Input.Email", NewAddress));
        Assert.Equal("/account/contacts", page.Path);
        await FollowAsync(await Server.MailsToAsync(NewAddress), "/email/confirm?");
        await browser.SubmitAsync(
            await browser.GetAsync("/account/password"), ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword));
        await FollowAsync(await cleo.MailsAsync(), "/undo?");
    }

    private async Task ResetAsync()
    {
        var (browser, ede) = (Open(), await (await AddAsync("edelweiss")).WithAppAsync());
        var page = await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ede.Email));
        Assert.Equal("/password/sent", page.Path);
        page = await browser.GetAsync(LinkIn(await ede.MailsAsync(), "/password/reset?"));
        await browser.SubmitAsync(page, ("Input.Password", "corta"));
        Assert.Equal("/password/done", (await browser.SubmitAsync(page, ("Input.Password", NewPassword))).Path);
        await FollowAsync(await ede.MailsAsync(), "/not-me?");
    }

    private async Task LoseTheFactorAsync()
    {
        var (browser, fede) = (Open(), await (await AddAsync("federigo")).WithAppAsync());
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), fede);
        await browser.SubmitAsync(await browser.GetAsync("/signin/verify/lost" + page.Url.Query));
        Assert.Single(await fede.MailsAsync());
        await Server.PassAsync(TimeSpan.FromHours(24));
        await Server.KeepHouseAsync();
        page = await FollowAsync(await fede.MailsAsync(), "/signin/recover?");
        Assert.Equal("/signin", page.Path);
    }

    private async Task LeaveAsync()
    {
        var (browser, gio) = (Open(), await (await AddAsync("gioconda")).WithAppAsync());
        await Journey.SignInAsync(browser, gio, "/account");
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/data/delete"), ("Input.UserName", gio.UserName));
        Assert.Equal("/account/data", page.Path);
        await FollowAsync(await gio.MailsAsync(), "/account/keep?");
        Assert.NotEqual("/account/not-me", (await browser.SubmitAsync(await browser.GetAsync("/account/not-me"), "close")).Path);
    }

    private async Task<Page> FollowAsync(IEnumerable<Delivery.Mail.MailMessage> mails, string path)
    {
        var mailbox = Open();
        var page = await mailbox.GetAsync(LinkIn(mails, path));
        Assert.Equal(path.TrimEnd('?'), page.Path);
        return await mailbox.SubmitAsync(page);
    }

    private string LinkIn(IEnumerable<Delivery.Mail.MailMessage> mails, string path)
    {
        var link = mails.SelectMany(mail => mail.Text.Split('\n', ' '))
            .First(word => word.StartsWith(SsoServer.Issuer + path, StringComparison.Ordinal)).Trim();
        Note("mailed link", link.Split('=')[^1]);
        return link;
    }

    private async Task<Customer> AddAsync(string name)
    {
        var person = await Server.AddPersonAsync(name, person => (person.GivenName, person.FamilyName) = ("Marcata", "Segnatissima"));
        foreach (var of in (string[])[person.UserName, person.Email, "Segnatissima"])
        {
            Secrets.Add(("name or address", of));
        }

        return person;
    }

    private Browser Open()
    {
        var browser = Server.OpenBrowser();
        browser.Watch = (answer, _) =>
        {
            Addresses.Add(answer.RequestMessage!.RequestUri!);
            if (answer.Headers.Location is { } location)
            {
                Addresses.Add(new Uri(answer.RequestMessage.RequestUri!, location));
            }

            foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                Cookies.Add(cookie);
                Note("cookie", cookie.Split(';')[0].Split('=', 2)[1]);
            }
        };
        return browser;
    }

    private string Typed(string code)
    {
        Secrets.Add(("typed code", code));
        return code;
    }

    private void Note(string name, string? value)
    {
        // "it" of the language is nobody's secret.
        if (value is { Length: >= 6 })
        {
            Secrets.Add((name, value));
        }
    }
}
