namespace Sso.Protocol.Errors;

/// <summary>
/// Every error that an application can see, with its stable id: the source of the pages at <c>/errors/…</c>, to which
/// <c>error_uri</c> leads (RFC 6749 §4.1.2.1, §5.2), and of docs/errors.md. The first line that describes an error is its own, so
/// the lines without a rule stand last.
/// </summary>
public static class ErrorTable
{
    public static readonly IReadOnlyList<DocumentedError> All =
        [
            .. RequestErrors.All, .. SignInErrors.All, .. BackchannelErrors.All,
            .. CredentialErrors.All, .. KeyErrors.All, .. OtherErrors.All,
        ];

    /// <summary>Never null: an error whose code nobody documented has the id of its code.</summary>
    public static string IdOf(OAuthError error) => All.FirstOrDefault(line => line.Describes(error))?.Id ?? error.Code.Replace('_', '-');

    public static DocumentedError? Find(string id) => All.FirstOrDefault(line => line.Id == id);
}
