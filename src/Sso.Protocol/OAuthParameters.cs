using System.Collections.Immutable;
using System.Text;

namespace Sso.Protocol;

/// <summary>
/// The parameters of a request, each at most once and never empty (RFC 6749 §3.1, §3.2); only <c>resource</c> may repeat (RFC 8707 §2).
/// </summary>
public sealed class OAuthParameters
{
    /// <summary>An answer to oversize input is cheap; the longest value that any parameter of ours needs is a hinted ID token.</summary>
    public const int LongestValue = 8 * 1024;

    private readonly ImmutableSortedDictionary<string, ImmutableArray<string>> _values;

    private OAuthParameters(ImmutableSortedDictionary<string, ImmutableArray<string>> values) => _values = values;

    public string? this[string name] => _values.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>RFC 8707 §2.</summary>
    public ImmutableArray<string> Resources => _values.GetValueOrDefault("resource", []);

    public IEnumerable<string> Names => _values.Keys;

    /// <summary>Reads parameters; a parameter without a value counts as left out (RFC 6749 §3.1).</summary>
    public static Result<OAuthParameters> From(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (value.Length > LongestValue || value.Contains('\0', StringComparison.Ordinal))
            {
                return OAuthError.InvalidRequest("A parameter is too long or holds a NUL character.");
            }

            if (!builder.TryGetValue(name, out var earlier))
            {
                builder[name] = [value];
            }
            else if (name == "resource")
            {
                builder[name] = earlier.Add(value);
            }
            else
            {
                return OAuthError.InvalidRequest("A parameter is sent more than once.");
            }
        }

        return new OAuthParameters(builder.ToImmutable());
    }

    /// <summary>Reads back what <see cref="ToForm"/> wrote; null when it is something else.</summary>
    public static OAuthParameters? FromForm(string form) => From(
        form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(
                pair => KeyValuePair.Create(
                    Uri.UnescapeDataString(pair[0]), (string?)Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "")))).Value;

    public OAuthParameters Without(params IEnumerable<string> names) => new(_values.RemoveRange(names));

    public OAuthParameters With(string name, string value) => new(_values.SetItem(name, [value]));

    /// <summary>The parameters as application/x-www-form-urlencoded text, in a fixed order.</summary>
    public string ToForm()
    {
        var form = new StringBuilder();
        foreach (var (name, values) in _values)
        {
            foreach (var value in values)
            {
                form.Append(form.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return form.ToString();
    }
}
