using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Data.Secrets;
using Sso.Server.Http;

namespace Sso.Server.Trials;

/// <summary>
/// The trials of this browser, one at a time, in a sealed cookie. The request is the one that the application would send, with its own
/// redirect URI; only the answer to it is brought to the console, and only in the browser that has the cookie of exactly this request. So
/// no other address is ever registered or accepted.
/// </summary>
internal sealed class SignInTrials(Sealer sealer, CookieNames cookies, TimeProvider clock)
{
    public const string Page = "/console/application/try";

    /// <summary>Several times that of ours, and what the cookie holds beside the longest redirect URI.</summary>
    public const int LongestSecret = 200;

    private const string Purpose = "trial of a sign-in";

    /// <summary>For the pages of a sign-in with a second factor, a mistyped code and all.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly string[] AskedFor = [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.Address, Scopes.Phone];

    /// <summary>The query of the authorization request (OIDC Core §3.1.2.1, RFC 7636 §4.3).</summary>
    public string Begin(HttpContext http, Guid personId, Client client, string? secret)
    {
        var trial = new SignInTrial(
            personId, client.Id, client.RedirectUris[0], Random(), Random(), Random(),
            secret, clock.GetUtcNow());
        http.Response.Cookies.Append(
            cookies.Trial, sealer.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(trial), Lifetime), cookies.Options(Lifetime));
        return QueryHelpers.AddQueryString("", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = client.Id,
            ["redirect_uri"] = trial.RedirectUri,
            ["scope"] = string.Join(' ', AskedFor.Intersect(client.Scopes)),
            ["state"] = trial.State,
            ["nonce"] = trial.Nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(trial.Verifier))),
            ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>Where the answer to a request goes instead of to the application; null for every request but that of a trial.</summary>
    public string? AddressFor(HttpContext http, string clientId, string? state) =>
        Open(http) is { } trial && trial.IsAnsweredBy(clientId, state)
            ? QueryHelpers.AddQueryString(Page, "id", clientId)
            : null;

    /// <summary>Ends the trial with that answer, whoever brings it; any other goes on. Null if it is not this administrator's.</summary>
    public SignInTrial? Take(HttpContext http, Guid personId, string clientId, string? state)
    {
        if (Open(http) is not { } trial || !trial.IsAnsweredBy(clientId, state))
        {
            return null;
        }

        http.Response.Cookies.Delete(cookies.Trial, cookies.Options());
        return trial.PersonId == personId ? trial : null;
    }

    private SignInTrial? Open(HttpContext http) =>
        sealer.Open(Purpose, http.Request.Cookies[cookies.Trial]) is { } plain ? JsonSerializer.Deserialize<SignInTrial>(plain) : null;

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
