using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Admin.Diagnosis;

/// <summary>In what a redirection URI that was refused differs from those that are registered.</summary>
internal static class RedirectUriMistakes
{
    /// <param name="recorded">As it is recorded: with the mark, and cut if it is long.</param>
    /// <param name="own">Registered for the application.</param>
    /// <param name="others">Registered for the other applications.</param>
    public static ClientMistake Find(string recorded, IReadOnlyList<string> own, IReadOnlyList<string> others)
    {
        var sent = new Sent(recorded);
        return own.Count == 0 ? ClientMistake.Draft
            : others.Any(sent.Is) ? ClientMistake.RedirectUriOfAnother
            : own.Any(uri => sent.Is(uri + "/") || (uri.EndsWith('/') && sent.Is(uri[..^1]))) ? ClientMistake.RedirectUriSlash
            : own.Any(uri => sent.Is(WithOtherScheme(uri))) ? ClientMistake.RedirectUriScheme
            : own.Any(sent.IsInOtherCase) ? ClientMistake.RedirectUriCase
            : sent.Authority is not { } authority ? ClientMistake.RedirectUriOther
            : own.Where(uri => sent.Is(WithAuthority(uri, authority))).ToList() is not [_, ..] alike ? ClientMistake.RedirectUriOther
            : alike.Exists(uri => HostOf(HostSpelling.AuthorityOf(uri)) == HostOf(authority)) ? ClientMistake.RedirectUriPort
            : ClientMistake.RedirectUriHost;
    }

    /// <summary>The whole of it, to be registered; null if the record holds a part only, or has replaced characters.</summary>
    public static string? WholeOf(string recorded) =>
        new Sent(recorded) is { IsCut: false } sent && !sent.Text.Contains('?', StringComparison.Ordinal) ? sent.Text : null;

    private static string WithOtherScheme(string uri) =>
        uri.StartsWith("https://", StringComparison.Ordinal) ? "http" + uri[5..]
        : uri.StartsWith("http://", StringComparison.Ordinal) ? "https" + uri[4..]
        : uri;

    private static string WithAuthority(string uri, string authority) =>
        HostSpelling.AuthorityOf(uri) is { Length: > 0 } own ? uri.Replace("//" + own, "//" + authority, StringComparison.Ordinal) : uri;

    private static string? HostOf(string? authority) => authority?.Split(':')[0];

    /// <summary>As far as the record goes.</summary>
    private readonly record struct Sent
    {
        private const char Cut = '…';

        public Sent(string recorded)
        {
            IsCut = recorded.EndsWith(Cut);
            Text = recorded.TrimEnd(Cut).Replace(RedirectUriMismatch.Mark, "", StringComparison.Ordinal);
        }

        public string Text { get; }

        public bool IsCut { get; }

        /// <summary>Null if the record ends within it.</summary>
        public string? Authority =>
            HostSpelling.AuthorityOf(Text) is { Length: > 0 } authority && (!IsCut || !Text.EndsWith(authority, StringComparison.Ordinal))
                ? authority
                : null;

        public bool Is(string uri) => IsCut ? uri.StartsWith(Text, StringComparison.Ordinal) : uri == Text;

        public bool IsInOtherCase(string uri) => IsCut
            ? uri.StartsWith(Text, StringComparison.OrdinalIgnoreCase)
            : uri.Equals(Text, StringComparison.OrdinalIgnoreCase);
    }
}
