using System.Globalization;

namespace Sso.Server.Http;

/// <summary>When somebody who was told to wait may come back (RFC 9110 §10.2.3): the whole second after the wait, never a guess.</summary>
internal static class RetryAfter
{
    /// <summary>While the database does not answer.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public static void SayRetryAfter(this HttpResponse response, TimeSpan wait) =>
        response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
