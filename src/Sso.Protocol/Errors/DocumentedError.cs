namespace Sso.Protocol.Errors;

/// <summary>One line of the documentation of our errors, for the developer of an application.</summary>
/// <param name="Id">Stable; the last part of <c>error_uri</c>.</param>
/// <param name="Code">The registered error code.</param>
/// <param name="Rule">The description as it is sent, with * for what varies; null for whatever else has the code.</param>
/// <param name="Remedy">English: what it means beyond the description, and what to do.</param>
/// <param name="Italian">The same, and the rule, in Italian.</param>
public sealed record DocumentedError(string Id, string Code, string? Rule, string Remedy, string Italian)
{
    internal bool Describes(OAuthError error) => error.Code == Code && Rule?.Split('*') switch
    {
        null => true,
        [var whole] => error.Description == whole,
        [var head, var tail] =>
            error.Description.StartsWith(head, StringComparison.Ordinal) && error.Description.EndsWith(tail, StringComparison.Ordinal),
        _ => false,
    };
}
