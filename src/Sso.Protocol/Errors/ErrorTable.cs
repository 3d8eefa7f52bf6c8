namespace Sso.Protocol;

/// <summary>
/// Every error that an application can see, with its stable id: the source of the pages at <c>/errors/…</c>, to which
/// <c>error_uri</c> leads (RFC 6749 §4.1.2.1, §5.2), and of docs/errors.md.
/// </summary>
public static class ErrorTable
{
    public static readonly IReadOnlyList<DocumentedError> All = OAuthError.Lines;

    public static DocumentedError? Find(string id) => All.FirstOrDefault(line => line.Id == id);
}
