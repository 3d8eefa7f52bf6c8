using System.Globalization;
using System.Text;
using Sso.Server.Http;

namespace Sso.Server.Discovery;

/// <summary>Where to report a vulnerability (RFC 9116): <c>Sso:SecurityContacts</c>. Not found if there are none.</summary>
internal static class SecurityContactEndpoint
{
    private const string Path = "/.well-known/security.txt";

    /// <summary>RFC 9116 §2.5.5 recommends less than a year. It is written anew at each request.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, Handle);

    private static IResult Handle(SsoOptions options, TimeProvider clock)
    {
        if (options.SecurityContacts.Count == 0)
        {
            return TypedResults.NotFound();
        }

        var expires = clock.GetUtcNow().UtcDateTime.Date + Lifetime;
        IEnumerable<string> lines =
        [
            .. options.SecurityContacts.Select(contact => $"Contact: {contact}"),
            string.Create(CultureInfo.InvariantCulture, $"Expires: {expires:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            "Preferred-Languages: it, en",
            $"Canonical: {options.Issuer}{Path}",
            .. options.SecurityPolicy is { } policy ? [$"Policy: {policy}"] : Array.Empty<string>(),
        ];
        return TypedResults.Text(string.Concat(lines.Select(line => line + "\n")), "text/plain", Encoding.UTF8);
    }
}
