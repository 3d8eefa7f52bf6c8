using System.Text;
using System.Text.Json.Nodes;

namespace Sso.Protocol.Discovery;

/// <summary>Which issuer an identifier belongs to (OIDC Discovery §2, RFC 7033 §4): by its host alone, which reveals no account.</summary>
public static class WebFinger
{
    public const string IssuerRelation = "http://openid.net/specs/connect/1.0/issuer";

    private const int LongestResource = 1000;

    /// <summary>True for a URL on the issuer's host and an address at it: acct:, mailto: or bare (OIDC Discovery §2.1).</summary>
    public static bool IsOurs(string resource, Uri issuer)
    {
        if (resource.Length > LongestResource || resource.Any(character => character is <= ' ' or > '~'))
        {
            return false;
        }

        var address = resource.StartsWith("acct:", StringComparison.OrdinalIgnoreCase) ? resource[5..]
            : resource.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? resource[7..]
            : resource;
        if (!address.Contains("://", StringComparison.Ordinal) && address.LastIndexOf('@') is > 0 and var at)
        {
            return string.Equals(address[(at + 1)..], issuer.Authority, StringComparison.OrdinalIgnoreCase);
        }

        // OIDC Discovery §2.1.2: an identifier without a scheme is an https URL.
        var url = resource.Contains("://", StringComparison.Ordinal) ? resource : "https://" + resource;
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            && parsed.Scheme is ("https" or "http")
            && string.Equals(parsed.Authority, issuer.Authority, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The JSON resource descriptor (RFC 7033 §4.4); with only the links of the relations that were asked for, or all.</summary>
    public static byte[] Describe(string resource, string issuer, IReadOnlyCollection<string> relations)
    {
        JsonNode[] links = relations.Count == 0 || relations.Contains(IssuerRelation)
            ? [new JsonObject { ["rel"] = IssuerRelation, ["href"] = issuer }]
            : [];
        return Encoding.UTF8.GetBytes(new JsonObject { ["subject"] = resource, ["links"] = new JsonArray(links) }.ToJsonString());
    }
}
