using System.Text;
using OpenIddict.Abstractions;

namespace Sso.Protocol;

/// <summary>
/// The parameters of a request as we read them: each at most once and never empty (RFC 6749 §3.1, §3.2); only <c>resource</c> may repeat
/// (RFC 8707 §2). Parameters that no endpoint of ours reads are ignored, however often they come.
/// </summary>
public static class RequestParameters
{
    /// <summary>Refusing more is cheap; the longest that any of ours needs is an ID token used as a hint.</summary>
    public const int LongestValue = 8 * 1024;

    /// <summary>Those that some endpoint reads, or that a standard we implement defines: a test compares them with the code.</summary>
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

    private const string Resource = "resource";

    extension(OpenIddictRequest request)
    {
        /// <summary>RFC 8707 §2.</summary>
        public ImmutableArray<string> NamedResources => request.IsFlawed(Resource) ? [] : request.ValuesOf(Resource);

        public IEnumerable<string> Names => request.GetParameters().Select(pair => pair.Key).Order(StringComparer.Ordinal);

        /// <summary>What is wrong with a parameter; null if nothing is.</summary>
        public OAuthError? Flaw
        {
            get
            {
                var flawed = request.GetParameters().Select(pair => pair.Key).Where(request.IsFlawed).ToList();
                return flawed.Count == 0 ? null
                    : flawed.Find(name => request.ValuesOf(name).All(IsReadable)) is { } twice ? OAuthError.ParameterTwice(twice)
                    : OAuthError.ParameterUnreadable(flawed[0]);
            }
        }

        /// <summary>The state of the answer (RFC 6749 §4.1.2.1). Of two, nobody knows which is the client's: neither goes back.</summary>
        public string? StateToReturn =>
            request.ValuesOf("state") is [var first, ..] sent && sent.All(value => value == first && IsReadable(value)) ? first : null;

        /// <summary>The value of a parameter; null if it was left out or is flawed: nobody gets one of two values.</summary>
        public string? Text(string name) => request.ValuesOf(name) is [var only] && IsReadable(only) ? only : null;

        /// <summary>True if it came twice, or as a value that we do not read.</summary>
        public bool IsFlawed(string name) => request.ValuesOf(name) is { Length: > 0 } values && !IsFlawless(name, values);

        public OpenIddictRequest Without(params IEnumerable<string> names) =>
            new(request.GetParameters().ExceptBy(names, pair => pair.Key));

        public OpenIddictRequest With(string name, string value) => new(request.GetParameters()) { [name] = value };

        /// <summary>The parameters as application/x-www-form-urlencoded text, in a fixed order, with what is wrong with them.</summary>
        public string ToForm()
        {
            var form = new StringBuilder();
            foreach (var name in request.Names)
            {
                foreach (var value in request.ValuesOf(name))
                {
                    form.Append(form.Length == 0 ? "" : "&")
                        .Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
                }
            }

            return form.ToString();
        }

        private ImmutableArray<string> ValuesOf(string name) =>
            request[name] is { } value ? [.. ((ImmutableArray<string?>?)value ?? []).OfType<string>()] : [];
    }

    /// <summary>Reads the parameters of a request that is refused at once if one is wrong.</summary>
    public static Result<OpenIddictRequest, OAuthError> From(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var request = Read(pairs);
        return request.Flaw is { } flaw ? flaw : request;
    }

    /// <summary>Reads parameters whose flaws may be reported elsewhere; one without a value counts as left out (RFC 6749 §3.1).</summary>
    public static OpenIddictRequest Read(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var sent = new Dictionary<string, ImmutableArray<string>>();
        foreach (var (name, value) in pairs)
        {
            if (!string.IsNullOrEmpty(value))
            {
                sent[name] = sent.TryGetValue(name, out var before) ? before.Add(value) : [value];
            }
        }

        return new(sent.Where(pair => Known.Contains(pair.Key) || IsFlawless(pair.Key, pair.Value))
            .Select(pair => KeyValuePair.Create<string, ImmutableArray<string?>>(pair.Key, [.. pair.Value])));
    }

    /// <summary>Reads back what <see cref="ToForm"/> wrote; null if it is something else.</summary>
    public static OpenIddictRequest? FromForm(string form) => From(
        form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(
                pair => KeyValuePair.Create(
                    Uri.UnescapeDataString(pair[0]), (string?)Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "")))).Value;

    private static bool IsFlawless(string name, ImmutableArray<string> values) =>
        (values.Length == 1 || name == Resource) && values.All(IsReadable);

    private static bool IsReadable(string value) => value.Length <= LongestValue && !value.Contains('\0', StringComparison.Ordinal);
}
