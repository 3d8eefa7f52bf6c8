namespace Sso.Protocol.Authorization;

/// <summary>Where an unregistered redirection URI first differs from the nearest registered one, cut soon after, for an operator.</summary>
/// <param name="Sent">What was sent, with <see cref="Mark"/> before the first difference; null if nothing was.</param>
/// <param name="Registered">What it was meant to be, marked likewise; null if nothing is registered.</param>
public sealed record RedirectUriMismatch(string ClientId, string? Sent, string? Registered)
{
    public const string Mark = "»";

    private const int ShownBefore = 120;
    private const int ShownOfSent = 24;
    private const int ShownOfRegistered = 60;

    public static RedirectUriMismatch Of(Client client, string? sent) => Of(client.Id, client.RedirectUris, sent);

    /// <param name="registered">One of these it should have been.</param>
    public static RedirectUriMismatch Of(string clientId, IReadOnlyList<string> registered, string? sent)
    {
        if (sent is null || registered.MaxBy(uri => Common(uri, sent)) is not { } nearest)
        {
            return new(
                clientId, sent is null ? null : Marked(sent, 0, ShownOfSent),
                registered.Order(StringComparer.Ordinal).Select(uri => Marked(uri, 0, ShownOfRegistered)).FirstOrDefault());
        }

        var at = Common(nearest, sent);
        return new(clientId, Marked(sent, at, ShownOfSent), Marked(nearest, at, ShownOfRegistered));
    }

    private static int Common(string one, string other) => one.AsSpan().CommonPrefixLength(other);

    private static string Marked(string uri, int at, int after)
    {
        var start = Math.Max(0, at - ShownBefore);
        var end = Math.Min(uri.Length, at + after);
        return $"{(start > 0 ? "…" : "")}{Printable(uri[start..at])}{Mark}{Printable(uri[at..end])}{(end < uri.Length ? "…" : "")}";
    }

    /// <summary>Whatever cannot be printed, or could change how a terminal shows the rest, becomes a question mark.</summary>
    private static string Printable(string text) =>
        string.Concat(text.Select(character => character is >= ' ' and <= '~' ? character : '?'));
}
