using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>
/// A relying party that behaves and checks as the certification suite's does: no PKCE, all scopes, random state and nonce, password only
/// because a machine signs in, and in every module what section 0 of the plans asks for.
/// </summary>
internal sealed class CertificationClient(SsoServer server, RelyingParty party, bool isFormPost)
{
    public RelyingParty Party => party;

    public Browser Browser { get; } = server.OpenBrowser();

    public static async Task<CertificationClient> RegisterAsync(
        SsoServer server, bool isFormPost = false, Action<ClientRegistration>? change = null)
    {
        var party = await server.RegisterAsync("suite", client =>
        {
            (client.RequirePkce, client.SecondFactor, client.Scopes) = (false, SecondFactorPolicy.None, [.. Scopes.Identity]);
            change?.Invoke(client);
        });
        return new(server, party, isFormPost);
    }

    /// <summary>GE08. A null value leaves a parameter out.</summary>
    public string Url(params (string Name, string? Value)[] changes) => party.AuthorizeUrl(
    [
        ("code_challenge", null), ("code_challenge_method", null), ("scope", "openid"), ("state", Random()), ("nonce", Random()),
        ("response_mode", isFormPost ? "form_post" : null), .. changes,
    ]);

    /// <summary>To the callback, through the sign-in page where it comes.</summary>
    public async Task<Callback> AuthorizeAsync(Customer person, params (string Name, string? Value)[] changes)
    {
        var url = Url(changes);
        var page = await Browser.GetAsync(url);
        if (page.Path == "/signin")
        {
            page = await Journey.PasswordAsync(Browser, page, person);
        }

        return Checked(url, page);
    }

    /// <summary>To the callback, or fails when a page comes.</summary>
    public async Task<Callback> AuthorizeSilentlyAsync(params (string Name, string? Value)[] changes)
    {
        var url = Url(changes);
        return Checked(url, await Browser.GetAsync(url));
    }

    /// <summary>The whole of a code-flow module: callback, tokens, userinfo.</summary>
    public async Task<Outcome> RunAsync(Customer person, params (string Name, string? Value)[] changes) =>
        await FinishAsync(await AuthorizeAsync(person, changes));

    public async Task<Outcome> FinishAsync(Callback callback, params (string Name, string? Value)[] changes)
    {
        var answer = await party.RedeemAsync(callback["code"], [("code_verifier", null), .. changes]);
        Standard.TokenAnswer(answer);
        var token = await Standard.IdTokenAsync(server, answer.IdToken, party.Id, callback.Nonce, answer.AccessToken!, callback["code"]!);
        var (status, claims) = await party.UserInfoAsync(answer.AccessToken);
        Assert.Equal(HttpStatusCode.OK, status);
        Standard.Claims(claims, server.Clock.GetUtcNow());
        Assert.Equal(token.Subject, claims.GetProperty("sub").GetString());
        return new(callback, answer, token, claims);
    }

    /// <summary>GE09 and GE10; the nonce is kept for GE15.</summary>
    public Callback Checked(string url, Page page)
    {
        var sent = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(url.Split('?', 2)[1]);
        var callback = Callback.Of(page, isFormPost) with { Nonce = sent.TryGetValue("nonce", out var nonce) ? nonce.ToString() : null };
        Assert.Equal(sent.TryGetValue("state", out var state) ? state.ToString() : null, callback["state"]);
        Assert.Equal(SsoServer.Issuer, callback["iss"]);
        if (callback["error"] is not null)
        {
            Standard.ErrorCallback(callback);
        }
        else
        {
            Standard.IsRandom(callback["code"]!);
        }

        return callback;
    }

    public static string Random(int characters = 22) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(characters))[..characters];

    public sealed record Outcome(Callback Callback, TokenAnswer Answer, JsonWebToken IdToken, JsonElement Claims)
    {
        public long AuthTime => IdToken.GetPayloadValue<long>("auth_time");
    }
}
