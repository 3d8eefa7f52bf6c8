using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace Sso.Server.Http;

/// <summary>
/// The code that people tell support: that of the request which failed, as its lines in the log, its security events and its span have it.
/// The page that tells of the failure is another request, so its address carries the code.
/// </summary>
internal static partial class SupportCode
{
    private const string Parameter = "request";

    public static string Of(HttpContext http) => http.TraceIdentifier;

    /// <summary>The address of the page that tells what became of this request.</summary>
    public static string CarriedTo(string page, HttpContext http) => QueryHelpers.AddQueryString(page, Parameter, Of(http));

    /// <summary>Null for what cannot be such a code: anybody can write an address, and no words of a stranger are shown.</summary>
    public static string? CarriedIn(HttpRequest request) =>
        (string?)request.Query[Parameter] is { } carried && Form().IsMatch(carried) ? carried : null;

    /// <summary>The connection and the number of the request in it, as Kestrel writes them.</summary>
    [GeneratedRegex(@"^[0-9A-V]{13}(:[0-9A-F]{8})?\z")]
    private static partial Regex Form();
}
