using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>A person who has a keyboard and no mouse.</summary>
public sealed class KeyboardTests
{
    private const int MostStops = 40;

    [Fact]
    [Spec("U08")]
    [Spec("U14")]
    [Spec("U25")]
    [Spec("U35")]
    public async Task Sign_in_enrolment_and_challenge_are_done_with_keys_alone_up_to_the_page_of_the_application()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        var loads = 0;
        anna.Page.Load += (_, _) => loads++;
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await FollowAsync(anna, "main a[href='/signin']");
        await TypeNameAndPasswordAsync(anna);
        anna.IsAt("/signin/enrol");
        await FollowAsync(anna, "main button.primary");
        await PickAsync(anna, "sms");
        await FollowAsync(anna, "main button.primary");
        await TabToAsync(anna, "[name='Input.Number']");
        await anna.Page.Keyboard.TypeAsync("312 345 6789");
        await EnterAsync(anna);
        anna.IsAt("/account/mfa/sms/code");
        Assert.Contains("312 345 6789", await anna.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await TypeCodeAsync(anna, await anna.TextCodeAsync());
        anna.IsAt("/account/mfa/recovery-codes");
        await TypeCodeAsync(anna, (await anna.RecoveryCodesAsync())[0]);
        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);

        await FollowAsync(anna, "header form button");
        await FollowAsync(anna, "main a[href='/signin']");
        // A success is a page of its own, never a change of the page that is there (U35).
        var before = loads;
        await TypeNameAndPasswordAsync(anna);
        anna.IsAt("/signin/verify/sms");
        await TypeCodeAsync(anna, await anna.TextCodeAsync());
        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);
        Assert.Equal(before + 2, loads);
    }

    [Fact]
    [Spec("U12")]
    [Spec("U13")]
    [Spec("U25")]
    public async Task After_a_mistake_the_summary_has_the_focus_its_links_lead_to_the_fields_and_the_name_is_still_there()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
        // A browser gives the focus to the first field when it paints, which may be after the page was loaded:
        // until then Enter goes nowhere.
        await anna.Page.WaitForFunctionAsync("() => document.activeElement.matches(\"[name='Input.UserName']\")");
        await EnterAsync(anna);
        Assert.Equal("error-summary", await ActiveAsync(anna, "id"));
        foreach (var field in (string[])["username", "password"])
        {
            await TabToAsync(anna, $"#error-summary a[href='#{field}']");
            await anna.Page.Keyboard.PressAsync("Enter");
            Assert.Equal(field, await ActiveAsync(anna, "id"));
            await anna.Page.FocusAsync("#error-summary");
        }

        await TypeAsync(anna, "[name='Input.UserName']", anna.Demo.UserName);
        await TypeAsync(anna, "[name='Input.Password']", "sbagliata");
        await EnterAsync(anna);
        Assert.Equal(anna.Demo.UserName, await anna.Page.InputValueAsync("[name='Input.UserName']"));
    }

    [Fact]
    [Spec("U05")]
    public async Task The_first_stop_leads_past_the_header_into_the_content()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        foreach (var path in (string[])["/signedout", "/password/forgot", "/error?about=ExpiredFlow"])
        {
            await anna.Page.GotoAsync(anna.Demo.Sso + path);
            await anna.Page.EvaluateAsync("document.activeElement.blur()");
            await anna.Page.EvaluateAsync("document.body.tabIndex = -1, document.body.focus()");
            Assert.True((await BoxAsync(anna, ".skip")).Width <= 1, "hidden until it has the focus");
            await anna.Page.Keyboard.PressAsync("Tab");
            Assert.Equal("#main", await ActiveAsync(anna, "getAttribute('href')"));
            var box = await BoxAsync(anna, ".skip");
            Assert.True(box is { Width: > 44, Height: >= 44, X: >= 0, Y: >= 0 }, $"{box.Width}×{box.Height} at {box.X},{box.Y}");
            await anna.Page.Keyboard.PressAsync("Enter");
            Assert.True(await anna.Page.EvaluateAsync<bool>("document.querySelector('main').contains(document.activeElement)"));
            await anna.Page.Keyboard.PressAsync("Tab");
            Assert.True(
                await anna.Page.EvaluateAsync<bool>(
                    "document.querySelector('main').contains(document.activeElement) || "
                        + "document.activeElement.closest('footer') !== null"));
        }
    }

    /// <summary>The ring is drawn around the box at a distance, so its neighbours are the ring's ground on both sides.</summary>
    [Fact]
    [Spec("U10")]
    public async Task Every_stop_has_a_ring_of_two_pixels_at_least_that_stands_out_from_its_ground()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        await RingsStandOutAsync(anna, ColorScheme.Light);
        await RingsStandOutAsync(anna, ColorScheme.Dark);
    }

    private static async Task RingsStandOutAsync(Visitor anna, ColorScheme scheme)
    {
        await anna.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await anna.Page.GotoAsync(anna.Demo.Sso + "/dev/ui");
        var (seen, flaws) = (0, new List<string>());
        for (var stop = 0; stop < 80; stop++)
        {
            await anna.Page.Keyboard.PressAsync("Tab");
            if (await anna.Page.EvaluateAsync<string?>(FocusRing) is { Length: > 0 } said)
            {
                seen++;
                if (said != "fine")
                {
                    flaws.Add(said);
                }
            }
        }

        Assert.Empty(flaws);
        Assert.True(seen > 30, $"{seen} stops");
        await PictureChangesAsync(anna);
    }

    /// <summary>Width, distance and contrast of the outline of what has the focus, against the first opaque ground behind it.</summary>
    private const string FocusRing = """
        () => {
          const element = document.activeElement.closest('.choice') ?? document.activeElement;
          if (element === document.body) return '';
          const style = getComputedStyle(element);
          const light = (colour) => {
            const [red, green, blue] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
              const value = part / 255;
              return value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
            });
            return .2126 * red + .7152 * green + .0722 * blue + .05;
          };
          const opaque = (colour) => !/, 0\)|transparent/.test(colour);
          let ground = element.parentElement;
          while (ground && !opaque(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
          const around = light(getComputedStyle(ground ?? document.body).backgroundColor);
          const ring = light(style.outlineColor);
          const contrast = Math.max(ring, around) / Math.min(ring, around);
          const touches = parseFloat(style.outlineOffset) < 1 && opaque(style.backgroundColor) ? light(style.backgroundColor) : around;
          const inner = Math.max(ring, touches) / Math.min(ring, touches);
          return style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2 && contrast >= 3 && inner >= 3
            ? 'fine'
            : `${style.outlineStyle} ${style.outlineWidth} ${contrast.toFixed(2)} ${inner.toFixed(2)} ${element.outerHTML.slice(0, 80)}`;
        }
        """;

    private static async Task PictureChangesAsync(Visitor anna)
    {
        await anna.Page.Locator(".button.primary").First.ScrollIntoViewIfNeededAsync();
        await anna.Page.EvaluateAsync("document.activeElement.blur()");
        var without = await anna.Page.ScreenshotAsync();
        await anna.Page.FocusAsync("section .button.primary");
        await anna.Page.Keyboard.PressAsync("Shift+Tab");
        await anna.Page.Keyboard.PressAsync("Tab");
        Assert.NotEqual(without, await anna.Page.ScreenshotAsync());
    }

    private static async Task TypeNameAndPasswordAsync(Visitor anna)
    {
        anna.IsAt("/signin");
        await TypeAsync(anna, "[name='Input.UserName']", anna.Demo.UserName);
        await TypeAsync(anna, "[name='Input.Password']", anna.Demo.Password);
        await EnterAsync(anna);
    }

    private static async Task TypeCodeAsync(Visitor anna, string code)
    {
        await TypeAsync(anna, "[name='Input.Code']", code);
        await EnterAsync(anna);
    }

    private static async Task TypeAsync(Visitor anna, string selector, string text)
    {
        await TabToAsync(anna, selector);
        await anna.Page.Keyboard.PressAsync("Control+A");
        await anna.Page.Keyboard.TypeAsync(text);
    }

    /// <summary>Arrows move within radio buttons; Space takes the first.</summary>
    private static async Task PickAsync(Visitor anna, string value)
    {
        await TabToAsync(anna, "[name='Input.Method']");
        await anna.Page.Keyboard.PressAsync("Space");
        for (var press = 0; press < 5 && await ActiveAsync(anna, "value") != value; press++)
        {
            await anna.Page.Keyboard.PressAsync("ArrowDown");
        }

        Assert.Equal(value, await ActiveAsync(anna, "value"));
    }

    private static async Task FollowAsync(Visitor anna, string selector)
    {
        await TabToAsync(anna, selector);
        await EnterAsync(anna);
    }

    /// <summary>Stays where the focus is when it is there already, as a page that focuses its first field makes it.</summary>
    private static async Task TabToAsync(Visitor anna, string selector)
    {
        for (var stop = 0; stop < MostStops; stop++)
        {
            if (await anna.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }

            await anna.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} on {anna.Path} is not reached by Tab.");
    }

    private static Task EnterAsync(Visitor anna) => anna.AfterLoadAsync(() => anna.Page.Keyboard.PressAsync("Enter"));

    private static Task<string> ActiveAsync(Visitor anna, string member) =>
        anna.Page.EvaluateAsync<string>($"document.activeElement.{member}");

    private static async Task<LocatorBoundingBoxResult> BoxAsync(Visitor anna, string selector) =>
        (await anna.Page.Locator(selector).BoundingBoxAsync())!;
}
