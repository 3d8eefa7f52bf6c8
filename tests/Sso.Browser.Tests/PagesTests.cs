using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>One walk through every page in the states that a person can bring it to.</summary>
public sealed class PagesTests
{
    private static readonly string[] Languages = ["it", "en"];

    [Fact]
    [Spec("U01")]
    [Spec("U02")]
    [Spec("U04")]
    [Spec("U06")]
    [Spec("U15")]
    [Spec("U17")]
    [Spec("U19")]
    [Spec("U20")]
    [Spec("U58")]
    [Spec("U66")]
    [Spec("U72")]
    [Spec("S63")]
    public async Task Nothing_is_found_by_axe_by_html_validate_and_by_our_own_checks_in_either_language()
    {
        var flaws = await Task.WhenAll(Languages.Select(language => Task.Run(() => WalkAsync(language))));
        Assert.True(flaws.All(found => found.Count == 0), string.Join('\n', flaws.SelectMany(found => found)));
    }

    [Fact]
    public async Task A_page_with_flaws_does_not_pass()
    {
        await using var profile = await Chromium.OpenAsync();
        var page = await profile.NewPageAsync();
        await page.SetContentAsync(
            "<html lang='en'><title>x</title><main><h1>x</h1><h3>x</h3><img src='x.png'><p style='width:400px'>x</p><input "
                + "style='font-size:12px;height:20px' class='input'></main>");
        var gallery = new Gallery("it");

        await gallery.LookAsync(page, "flawed");

        foreach (var flaw in (string[])
        [
            "image-alt", "pixels wide", "is in en and not in it", "heading 3 after 1", "letters under 16", "×20:", "color-scheme",
        ])
        {
            Assert.Contains(gallery.Flaws, found => found.Contains(flaw, StringComparison.Ordinal));
        }
    }

    private static async Task<IReadOnlyCollection<string>> WalkAsync(string language)
    {
        await using var anna = await Visitor.ArriveAsync(language);
        var gallery = new Gallery(language);
        var sources = new HtmlSources(anna.Page, anna.Phone);

        await gallery.LookAsync(await Visitor.OpenAsync(anna.Phone, anna.Demo.Sso + "/dev/ui"), "ui");
        var codes = await EnrolByTextAsync(anna, gallery);
        await AccountWalk.AccountAsync(anna, gallery);
        await AccountWalk.AddAppAsync(anna, gallery);
        await AccountWalk.AddPasskeyAsync(anna, gallery);
        await ChallengeWalk.AskedAgainAsync(anna, gallery);
        await ChallengeWalk.ChallengeAsync(anna, gallery, codes[0]);
        await AccountWalk.LastAccessAsync(anna, gallery);
        await DeviceWalk.WalkAsync(anna, gallery);
        await AccountWalk.ContactsAsync(anna, gallery);
        await WayBackWalk.SignOutAsync(anna, gallery);
        await WayBackWalk.PasswordAsync(anna, gallery);
        await WayBackWalk.ErrorsAsync(anna, gallery);

        var (pages, invalid) = await sources.ValidateAsync();
        Assert.True(pages > 100, $"Only {pages} pages were read.");
        // OtherStatesTests look at these; the choice of a language shows nothing.
        var unseen = gallery.Unseen("/signin/verify/mail", "/account/requests", "/account/requests/answer", "/language")
            // ConsoleTests look at these.
            .Where(path => !path.StartsWith("/console", StringComparison.Ordinal));
        return
        [
            .. gallery.Flaws, .. unseen, .. invalid,
            .. sources.StrangersTo(anna.Demo.Sso, anna.Demo.ClientArea), .. await FirstView.WeighAsync(anna),
        ];
    }

    private static async Task<string[]> EnrolByTextAsync(Visitor anna, Gallery gallery)
    {
        await anna.Phone.GotoAsync(anna.Demo.Phone);
        await gallery.LookAsync(anna.Phone, "devphone-empty");
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await gallery.LookAsync(anna.Page, "client-welcome");
        await anna.PressAsync("main a[href='/signin']");
        await gallery.LookAsync(anna.Page, "signin-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "signin-nothing-typed");
        await anna.SignInAsync(password: "sbagliata");
        await gallery.LookAsync(anna.Page, "signin-wrong");
        await anna.SignInAsync();
        await gallery.LookAsync(anna.Page, "enrol-asked");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "method-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "method-nothing-chosen");
        await anna.ChooseAsync("sms");
        await gallery.LookAsync(anna.Page, "sms-empty");
        await anna.TypeNumberAsync("06 1234 5678");
        await gallery.LookAsync(anna.Page, "sms-landline");
        await anna.TypeNumberAsync("312 345 6789");
        await gallery.LookAsync(anna.Page, "smscode-empty");
        var code = await anna.TextCodeAsync();
        await gallery.LookAsync(anna.Phone, "devphone-message");
        await anna.TypeCodeAsync(Visitor.WrongFor(code));
        await gallery.LookAsync(anna.Page, "smscode-wrong");
        await anna.TypeCodeAsync(code);
        await gallery.LookAsync(anna.Page, "recoverycodes-shown");
        await anna.TypeCodeAsync("aaaa");
        await gallery.LookAsync(anna.Page, "recoverycodes-wrong");
        var codes = await anna.RecoveryCodesAsync();
        await anna.TypeCodeAsync(codes[^1]);
        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);
        await gallery.LookAsync(anna.Page, "client-claims");
        return codes;
    }
}
