using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>What docs/operators.md says of cookies and addresses, against everything that was seen on a walk through every flow.</summary>
public sealed partial class AddressesAndCookiesTests(EveryFlow flow) : IClassFixture<EveryFlow>
{
    private const int LongestCookie = 4096;

    private static readonly string Documentation =
        Section(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operators.md")), "## Cookies and addresses");

    [Fact]
    [Spec("S42")]
    public void Every_cookie_is_in_the_documentation_with_its_attributes_and_no_other_is_set()
    {
        var listed = CookieRow().Matches(Documentation).ToDictionary(row => "__Host-sso-" + row.Groups["name"].Value);
        var seen = flow.Cookies.Select(cookie => (Name: cookie.Split('=')[0], Text: cookie)).ToList();
        Assert.Equal(
            listed.Keys.Order(StringComparer.Ordinal), seen.Select(cookie => cookie.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(seen, cookie =>
        {
            var attributes = cookie.Text.Split("; ").Skip(1).Select(attribute => attribute.ToLowerInvariant()).ToList();
            var row = listed[cookie.Name];
            Assert.Contains("secure", attributes);
            Assert.Contains("path=/", attributes);
            Assert.DoesNotContain(attributes, attribute => attribute.StartsWith("domain", StringComparison.Ordinal));
            // What only takes a cookie back hides nothing.
            if (attributes.Contains("expires=thu, 01 jan 1970 00:00:00 gmt"))
            {
                return;
            }

            Assert.Contains("samesite=" + row.Groups["site"].Value.ToLowerInvariant(), attributes);
            Assert.Equal(row.Groups["hidden"].Value == "no", attributes.Contains("httponly"));
            Assert.Equal(
                row.Groups["life"].Value != "with the browser",
                attributes.Any(attribute => attribute.StartsWith("max-age", StringComparison.Ordinal)));
            Assert.True(cookie.Text.Split(';')[0].Length < LongestCookie, cookie.Name);
        });
    }

    [Fact]
    [Spec("S48")]
    public void No_address_holds_a_secret_or_anything_of_a_person_but_where_the_documentation_says_so()
    {
        Assert.True(flow.Addresses.Count > 150, $"{flow.Addresses.Count}");
        var kinds = flow.Secrets.Select(secret => secret.Name).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "password", "phone number", "mail address", "name or address", "seed", "typed code", "recovery code", "cookie", "code",
                "verifier", "access token", "ID token", "refresh token", "mailed link", "user code", "device code", "auth_req_id",
                "binding message",
            },
            kinds);
        var allowed = AddressRow().Matches(Documentation).SelectMany(row =>
            from parameter in Word().Matches(row.Groups["parameters"].Value)
            from place in Word().Matches(row.Groups["places"].Value)
            select (Place: place.Groups[1].Value, Parameter: parameter.Groups[1].Value)).ToHashSet();
        var found = (from address in flow.Addresses
                     from secret in flow.Secrets
                     from parameter in Holding(address, secret.Value)
                     let place = address.Authority == "sso.test" ? address.AbsolutePath : "redirect_uri"
                     select (Place: place, Parameter: parameter)).ToHashSet();
        Assert.Empty(found.Except(allowed));
        // An exception that nothing needs would hide a leak to come.
        Assert.Empty(allowed.Except(found));
    }

    /// <summary>The parameters of an address that hold a value in any spelling; "path" where it stands outside of them.</summary>
    private static IEnumerable<string> Holding(Uri address, string secret)
    {
        // Six digits may stand by chance in something random: such a value has to be a whole one.
        var spellings = secret.Length < 8 ? [] : Spellings.Of(secret).ToList();
        var fragment = QueryHelpers.ParseQuery(address.Fragment.TrimStart('#'));
        foreach (var (name, values) in QueryHelpers.ParseQuery(address.Query).Concat(fragment))
        {
            if (values.Any(value => value == secret || spellings.Any(part => value!.Contains(part, StringComparison.OrdinalIgnoreCase))))
            {
                yield return name;
            }
        }

        if (spellings.Any(spelling => address.AbsolutePath.Contains(spelling, StringComparison.OrdinalIgnoreCase)))
        {
            yield return "path";
        }
    }

    private static string Section(string text, string heading) => text.Split(heading + "\n")[1].Split("\n## ")[0];

    [GeneratedRegex(
        @"^\| `(?<name>[a-z]+)` \| (?<life>[^|]+) \| (?<hidden>yes|no)[^|]* \| (?<site>Lax|None)[^|]* \|", RegexOptions.Multiline)]
    private static partial Regex CookieRow();

    [GeneratedRegex(@"^\| (?<parameters>`[^|]+) \| (?<places>[^|]*`[^|]+) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex AddressRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Word();
}
