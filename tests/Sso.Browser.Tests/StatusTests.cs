using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>What a page tells beside its text: to ears, in other colours, without motion.</summary>
public sealed class StatusTests
{
    [Fact]
    [Spec("U54")]
    public async Task The_countdown_is_spoken_every_ten_seconds_at_most_in_a_region_that_was_there_before()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        await anna.Page.Clock.InstallAsync();
        await anna.Page.AddInitScriptAsync("""
            document.addEventListener('readystatechange', () => {
              if (document.readyState !== 'interactive') return;
              window.spoken = [];
              const status = document.getElementById('status');
              window.wasThere = status?.getAttribute('role') === 'status' && status.textContent === '';
              new MutationObserver(() => window.spoken.push([status.textContent, performance.now()]))
                .observe(status, { childList: true, characterData: true, subtree: true });
            });
            """);
        await anna.Page.GotoAsync(anna.Demo.Sso + "/dev/ui");
        Assert.True(await anna.Page.EvaluateAsync<bool>("window.wasThere"));
        for (var second = 0; second < 33; second++)
        {
            await anna.Page.Clock.RunForAsync(1000);
        }

        var button = anna.Page.Locator("[data-wait]");
        Assert.Null(await button.GetAttributeAsync("aria-disabled"));
        var spoken = await anna.Page.EvaluateAsync<string[]>("window.spoken.map(([text]) => text)");
        Assert.Equal(4, spoken.Length);
        Assert.Contains("30", spoken[0], StringComparison.Ordinal);
        Assert.Contains("20", spoken[1], StringComparison.Ordinal);
        Assert.Contains("10", spoken[2], StringComparison.Ordinal);
        Assert.Equal(await button.InnerTextAsync(), spoken[3]);
    }

    [Fact]
    [Spec("U59")]
    [Spec("U61")]
    public async Task Without_motion_nothing_moves_and_with_more_contrast_edges_are_stronger()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/dev/ui");
        await anna.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        Assert.NotEmpty(await anna.Page.EvaluateAsync<string[]>(Moving));
        await anna.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        Assert.Empty(await anna.Page.EvaluateAsync<string[]>(Moving));

        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await anna.Page.EmulateMediaAsync(new() { ColorScheme = scheme, Contrast = Contrast.NoPreference });
            var usual = await EdgesAsync(anna);
            await anna.Page.EmulateMediaAsync(new() { ColorScheme = scheme, Contrast = Contrast.More });
            var strong = await EdgesAsync(anna);
            Assert.All(
                usual.Keys,
                selector =>
                    Assert.True(strong[selector] > usual[selector], $"{selector} {scheme}: {strong[selector]} against {usual[selector]}"));
        }
    }

    [Fact]
    [Spec("U58")]
    public async Task In_the_dark_scheme_the_first_paint_is_dark()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        await anna.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        // A style sheet that never comes: what the browser paints by then is what would flash.
        await anna.Page.RouteAsync("**/*.css*", route => route.AbortAsync());
        await anna.Page.GotoAsync(anna.Demo.Sso + "/signedout", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        Assert.Equal(
            "dark", await anna.Page.EvaluateAsync<string>("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"));
        Assert.Equal(
            "light dark", await anna.Page.EvaluateAsync<string>("document.querySelector('head > meta[name=color-scheme]').content"));
        Assert.Equal("rgb(255, 255, 255)", await anna.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('h1')).color"));
    }

    private static async Task<Dictionary<string, double>> EdgesAsync(Visitor anna) =>
        await anna.Page.EvaluateAsync<Dictionary<string, double>>("""
        () => {
          const light = (colour) => {
            const [red, green, blue] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
              const value = part / 255;
              return value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
            });
            return .2126 * red + .7152 * green + .0722 * blue + .05;
          };
          const surface = light(getComputedStyle(document.querySelector('.card')).backgroundColor);
          return Object.fromEntries([
            '.card', '.input:not([aria-invalid])', '.choice:not(:has(:checked))', '.button:not(.primary, .danger, [aria-pressed=true])'
          ].map((selector) => {
            const edge = light(getComputedStyle(document.querySelector(selector)).borderTopColor);
            return [selector, Math.max(edge, surface) / Math.min(edge, surface)];
          }));
        }
        """);

    private const string Moving = """
        () => Array.from(document.querySelectorAll('*')).filter((element) => {
          const style = getComputedStyle(element);
          return [style.transitionDuration, style.animationDuration].flatMap((durations) => durations.split(','))
            .some((duration) => (duration.trim().endsWith('ms') ? parseFloat(duration) / 1000 : parseFloat(duration)) > 0.01);
        }).map((element) => element.outerHTML.slice(0, 80))
        """;
}
