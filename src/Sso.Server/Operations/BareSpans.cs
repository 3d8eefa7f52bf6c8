using System.Collections.Frozen;
using System.Diagnostics;

namespace Sso.Server.Operations;

/// <summary>
/// Leaves of the span of a request only what comes from closed sets and the code of the request. Addresses hold codes and links, and what
/// is not named here may hold anything: what a later version of the instrumentation adds stays out too.
/// </summary>
internal static class BareSpans
{
    /// <summary>As in the log, in security events and on the page of a failure.</summary>
    private const string Request = "sso.request";

    private static readonly FrozenSet<string> Kept = FrozenSet.Create(
        StringComparer.Ordinal, "http.request.method", "http.route", "http.response.status_code", "network.protocol.version", "url.scheme",
        "error.type");

    /// <summary>To be called when everything else is written.</summary>
    public static void Strip(Activity span, HttpResponse response)
    {
        foreach (var key in span.TagObjects.Select(tag => tag.Key).Where(key => !Kept.Contains(key)).ToList())
        {
            span.SetTag(key, null);
        }

        span.SetTag(Request, response.HttpContext.TraceIdentifier);
        // Without the message of an exception.
        span.SetStatus(span.Status);
    }
}
