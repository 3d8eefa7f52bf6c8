using System.Globalization;

namespace Sso.Protocol;

/// <summary>An error for applications (RFC 6749 §4.1.2.1, §5.2; OIDC Core §3.1.2.6): one of the lines in <c>Errors</c>, by id.</summary>
public sealed partial class OAuthError
{
    private const string InvalidRequest = "invalid_request";

    private const string Unsigned = "An unsigned request object is not supported: sign it with a key of the client.";

    private readonly DocumentedError _line;

    private OAuthError(DocumentedError line, string varying = "", string? reason = null) =>
        (_line, Description, Reason) = (line, line.Text?.Replace("*", varying, StringComparison.Ordinal) ?? varying, reason);

    public string Id => _line.Id;

    public string Code => _line.Code;

    /// <summary>For the developer: names the parameter and the rule, in ASCII without quotes (RFC 6749 §5.2).</summary>
    public string Description { get; }

    /// <summary>Only for our log, never sent.</summary>
    public string? Reason { get; }

    /// <summary>The one parameter that it is about, or what an endpoint takes instead of a method; null for other errors.</summary>
    public string? Subject { get; private init; }

    /// <summary>For the record: the reason, or the id with what it is about behind a space.</summary>
    public string Recorded => Reason ?? (Subject is null ? Id : $"{Id} {Subject}");

    public int Status => _line.Status;

    /// <summary>RFC 9449 §7.1: where a token is presented, a proof that is not accepted means a token that is not accepted.</summary>
    public int StatusAtResource => _line.StatusAtResource;

    /// <summary>A limit was reached, and it stays so for this long (RFC 6585 §4).</summary>
    public TimeSpan? RetryAfter { get; private init; }

    internal static IReadOnlyList<DocumentedError> Table => [.. Requests, .. SignIns, .. Backchannel, .. Credentials, .. Keys, .. Others];

    /// <summary>Adds the line to the table as it makes it, so that there is no error without one.</summary>
    private static DocumentedError Line(
        List<DocumentedError> chapter, string id, string code, string? text, string remedy, string italian,
        int status = 400, int? statusAtResource = null)
    {
        var line = new DocumentedError(id, code, text, remedy, italian, status, statusAtResource ?? status);
        chapter.Add(line);
        return line;
    }

    private static string HowTo(ClientAuthenticationMethod method) => method switch
    {
        ClientAuthenticationMethod.None => "send client_id alone, without a secret",
        _ when method.IsByCertificate() => "send client_id and show the certificate, without a secret",
        _ when method.IsByAssertion() => "send client_assertion_type and client_assertion, without a secret",
        _ => "send client_id and client_secret, in the Authorization header or in the body",
    };

    private static string Seconds(TimeSpan wait) => Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Keeps the characters that RFC 6749 §5.2 allows in a description, so that nothing sent to us is mirrored raw.</summary>
    private static string Printable(string value)
    {
        var kept = value.Where(character => character is (>= '#' and <= '[') or (>= ']' and <= '~') or '!').Take(80);
        return string.Concat(kept);
    }
}
