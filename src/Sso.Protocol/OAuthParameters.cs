using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace Sso.Protocol;

/// <summary>
/// The parameters of a request, each at most once and never empty (RFC 6749 §3.1, §3.2); only <c>resource</c> may repeat (RFC 8707 §2).
/// What no endpoint of ours reads is passed over, however often it comes.
/// </summary>
public sealed class OAuthParameters
{
    /// <summary>An answer to oversize input is cheap; the longest value that any parameter of ours needs is a hinted ID token.</summary>
    public const int LongestValue = 8 * 1024;

    /// <summary>Those that some endpoint reads, or that a standard of ours defines: a test compares with the code.</summary>
    public static readonly FrozenSet<string> Known =
    [
        "access_token", "acr_values", "actor_token", "actor_token_type", "audience", "auth_req_id", "authorization_details",
        "binding_message", "claims", "claims_locales", "client_assertion", "client_assertion_type", "client_id",
        "client_notification_token", "client_secret", "code", "code_challenge", "code_challenge_method", "code_verifier",
        "device_code", "display", "dpop_jkt", "grant_type", "id_token_hint", "login_hint", "login_hint_token", "logout_hint",
        "max_age", "nonce", "post_logout_redirect_uri", "prompt", "redirect_uri", "refresh_token", "registration", "request",
        "request_uri", "requested_expiry", "requested_token_type", "resource", "response_mode", "response_type", "scope",
        "state", "subject_token", "subject_token_type", "token", "token_type_hint", "ui_locales", "user_code",
    ];

    /// <summary>Not changed any more, as the other one.</summary>
    private readonly Dictionary<string, ImmutableArray<string>> _values;

    /// <summary>Known parameters that came twice, or as no value that we read: nobody gets one of their values.</summary>
    private readonly Dictionary<string, ImmutableArray<string>> _flawed;

    private OAuthParameters(Dictionary<string, ImmutableArray<string>> values, Dictionary<string, ImmutableArray<string>> flawed) =>
        (_values, _flawed) = (values, flawed);

    public string? this[string name] => _values.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>RFC 8707 §2.</summary>
    public ImmutableArray<string> Resources => _values.GetValueOrDefault("resource", []);

    public IEnumerable<string> Names => _values.Keys.Order(StringComparer.Ordinal);

    /// <summary>What is wrong with a parameter that we know; null when nothing is.</summary>
    public OAuthError? Flaw => _flawed.Count == 0 ? null
        : _flawed.Values.Any(values => values.All(IsReadable)) ? OAuthError.ParameterTwice
        : OAuthError.ParameterUnreadable;

    /// <summary>
    /// What the answer to the client carries (RFC 6749 §4.1.2.1). Of two different values nothing tells which is the client's, so none
    /// goes back.
    /// </summary>
    public string? State => this["state"]
        ?? (_flawed.TryGetValue("state", out var sent) && sent.All(value => value == sent[0] && IsReadable(value)) ? sent[0] : null);

    public bool IsFlawed(string name) => _flawed.ContainsKey(name);

    /// <summary>Reads the parameters of a request that is refused at once when one is wrong.</summary>
    public static Result<OAuthParameters> From(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var parameters = Read(pairs);
        return parameters.Flaw is { } flaw ? flaw : parameters;
    }

    /// <summary>
    /// Reads parameters whose <see cref="Flaw"/> may be told elsewhere than here; one without a value counts as left out (RFC 6749 §3.1).
    /// </summary>
    public static OAuthParameters Read(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var (sent, values, flawed) =
            (new Dictionary<string, ImmutableArray<string>>(), new Dictionary<string, ImmutableArray<string>>(), new Dictionary<string, ImmutableArray<string>>());
        foreach (var (name, value) in pairs)
        {
            if (!string.IsNullOrEmpty(value))
            {
                sent[name] = sent.TryGetValue(name, out var before) ? before.Add(value) : [value];
            }
        }

        foreach (var (name, all) in sent)
        {
            if ((all.Length == 1 || name == "resource") && all.All(IsReadable))
            {
                values.Add(name, all);
            }
            else if (Known.Contains(name))
            {
                flawed.Add(name, all);
            }
        }

        return new OAuthParameters(values, flawed);
    }

    /// <summary>Reads back what <see cref="ToForm"/> wrote; null when it is something else.</summary>
    public static OAuthParameters? FromForm(string form) => From(
        form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(
                pair => KeyValuePair.Create(
                    Uri.UnescapeDataString(pair[0]), (string?)Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "")))).Value;

    public OAuthParameters Without(params IEnumerable<string> names) => new(_values.ExceptBy(names, pair => pair.Key).ToDictionary(), _flawed);

    public OAuthParameters With(string name, string value) => new(new(_values) { [name] = [value] }, _flawed);

    /// <summary>The parameters as application/x-www-form-urlencoded text, in a fixed order, with what is wrong with them.</summary>
    public string ToForm()
    {
        var form = new StringBuilder();
        foreach (var (name, values) in InOrder(_values).Concat(InOrder(_flawed)))
        {
            foreach (var value in values)
            {
                form.Append(form.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return form.ToString();
    }

    private static IEnumerable<KeyValuePair<string, ImmutableArray<string>>> InOrder(Dictionary<string, ImmutableArray<string>> values) =>
        values.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private static bool IsReadable(string value) => value.Length <= LongestValue && !value.Contains('\0', StringComparison.Ordinal);
}
