using System.Globalization;
using System.Net;

namespace Sso.Protocol.Authorization;

/// <summary>A redirection URI that one client has registered (RFC 9700 §2.1). Only <see cref="Match"/> can make one.</summary>
public sealed record VerifiedRedirectUri
{
    private VerifiedRedirectUri(string value) => Value = value;

    public string Value { get; }

    /// <summary>Exact string comparison; the only freedom is the port of a loopback address for native clients (RFC 8252 §7.3).</summary>
    public static VerifiedRedirectUri? Match(Client client, string? requested)
    {
        if (requested is null)
        {
            return null;
        }

        if (client.RedirectUris.Contains(requested))
        {
            return new(requested);
        }

        var portless = WithoutLoopbackPort(requested);
        return client.IsPublic && portless is not null && client.RedirectUris.Any(registered => WithoutLoopbackPort(registered) == portless)
            ? new(requested)
            : null;
    }

    /// <summary>The URI with the port of an http loopback IP literal cut out of the text; null for any other URI.</summary>
    private static string? WithoutLoopbackPort(string uri)
    {
        foreach (var literal in (ReadOnlySpan<string>)["http://127.0.0.1", "http://[::1]"])
        {
            if (!uri.StartsWith(literal, StringComparison.Ordinal))
            {
                continue;
            }

            var rest = uri.AsSpan(literal.Length);
            if (rest.StartsWith(":"))
            {
                var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
                digits = digits < 0 ? rest.Length - 1 : digits;
                if (digits is 0 or > 5
                    || int.Parse(rest.Slice(1, digits), NumberStyles.None, CultureInfo.InvariantCulture) > IPEndPoint.MaxPort)
                {
                    return null;
                }

                rest = rest[(1 + digits)..];
            }

            return rest.IsEmpty || rest[0] is '/' or '?' ? string.Concat(literal, rest) : null;
        }

        return null;
    }
}
