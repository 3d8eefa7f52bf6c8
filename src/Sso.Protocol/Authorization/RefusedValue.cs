using OpenIddict.Abstractions;

namespace Sso.Protocol.Authorization;

/// <summary>
/// What was sent in the one parameter that an error is about, for the operator: only of parameters whose values are words of the protocol
/// or of registrations, printable, and cut. Where the parameter itself is at fault, its name. State, nonce, hints and whole requests never
/// get here.
/// </summary>
public static class RefusedValue
{
    private const int Longest = 80;

    private static readonly FrozenDictionary<string, string> Parameters = new Dictionary<string, string>
    {
        [OAuthError.InvalidScope("").Id] = "scope",
        [OAuthError.OpenIdMissing.Id] = "scope",
        [OAuthError.InvalidTarget("").Id] = "resource",
        [OAuthError.UnsupportedResponseType.Id] = "response_type",
        [OAuthError.UnauthorizedResponseType.Id] = "response_type",
        [OAuthError.ResponseModeUnknown.Id] = "response_mode",
        [OAuthError.ResponseModeQuery.Id] = "response_mode",
        [OAuthError.ChallengeMethod.Id] = "code_challenge_method",
        [OAuthError.PromptUnknown.Id] = "prompt",
        [OAuthError.UnmetAuthenticationRequirements.Id] = "acr_values",
    }.ToFrozenDictionary();

    public static string? Of(OAuthError error, OpenIddictRequest parameters) => error.Subject
        ?? (Parameters.TryGetValue(error.Id, out var name) && parameters.Text(name) is { } sent ? Printable(sent) : null);

    public static string Printable(string sent) =>
        string.Concat(sent.Take(Longest).Select(character => character is >= ' ' and <= '~' ? character : '?'))
        + (sent.Length > Longest ? "…" : "");
}
