using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>What reaches an application's redirect URI, by query or by the form that a browser with script would post.</summary>
internal sealed record Callback(string Target, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Of the request; null when none was sent.</summary>
    public string? Nonce { get; init; }

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    public static Callback Of(Page page, bool isFormPost)
    {
        if (!isFormPost)
        {
            Assert.True(page.LeftSso, $"{(int)page.Status} {page.Path}");
            Assert.Empty(page.Url.Fragment);
            return new(
                page.Url.GetLeftPart(UriPartial.Path),
                QueryHelpers.ParseQuery(page.Url.Query).ToDictionary(pair => pair.Key, pair => Assert.Single(pair.Value)!));
        }

        Assert.False(page.LeftSso);
        var form = Assert.Single(page.Document.Forms);
        Assert.Equal("post", form.Method);
        // Without the attribute a browser sends application/x-www-form-urlencoded.
        Assert.Null(form.GetAttribute("enctype"));
        // The callback's own URL carries neither code nor error; what was registered in its query stays there.
        var target = new Uri(form.GetAttribute("action")!);
        var inUrl = QueryHelpers.ParseQuery(target.Query);
        Assert.DoesNotContain(inUrl.Keys, name => name is "code" or "error" or "state");
        return new(
            target.GetLeftPart(UriPartial.Path),
            form.QuerySelectorAll("input").Cast<IHtmlInputElement>().Select(input => KeyValuePair.Create(input.Name!, input.Value))
                .Concat(inUrl.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString()))).ToDictionary());
    }
}
