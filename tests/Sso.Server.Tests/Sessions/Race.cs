using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.People;
using Sso.Data.Sessions;
using Sso.Testing;

namespace Sso.Server.Tests.Sessions;

/// <summary>What makes tokens of a session that somebody has a copy of.</summary>
public enum Maker
{
    CodeExchange,
    Refresh,
    DeviceApproval,
    BackchannelApproval,
    IdTokenResponse,
}

/// <summary>What its owner, or an operator, does about it.</summary>
public enum Ending
{
    PasswordChanged,
    SignedOutElsewhere,
    Disabled,
    TrustTakenBack,
    AppRevoked,
}

/// <summary>
/// Ada in her own browser on one node, and somebody who holds a session of hers on another. What that one gets is told apart from
/// what Ada has by the session.
/// </summary>
internal sealed class Race(SsoServer node, SsoServer other, RelyingParty shop, Customer ada)
{
    private const string NewPassword = "un'altra frase, più lunga";
    private readonly Browser _thief = node.OpenBrowser();
    private readonly List<TokenAnswer> _got = [];
    private Page _ending = null!;
    private string? _device;
    private Guid _ownSession;

    public Browser Owner { get; } = node.OpenBrowser();

    /// <summary>The table whose read is the last that a request knows of the session before it writes.</summary>
    public static string LastRead(Maker maker) => maker == Maker.Refresh ? "Grants" : "Sessions";

    public static async Task<Race> BeginAsync(SsoServer node, SsoServer other, RelyingParty shop, Ending ending)
    {
        await node.ForgetAttemptsAsync();
        var race = new Race(node, other, shop, await (await node.AddPersonAsync("ada")).WithAppAsync());
        await race.StealAsync(ending == Ending.TrustTakenBack);
        await race.SignInOwnerAsync(ending);
        race._thief.MoveTo(other);
        return race;
    }

    /// <summary>Another browser with the owner's session cookie.</summary>
    public Browser CopyOwner()
    {
        var copy = other.OpenBrowser();
        copy.SetCookie("__Host-sso-session", Owner.Cookie("__Host-sso-session")!);
        return copy;
    }

    /// <summary>Everything up to the request that makes the tokens; that one is what is returned.</summary>
    public async Task<Func<Task>> PrepareAsync(Maker maker)
    {
        var there = shop.On(other);
        switch (maker)
        {
            case Maker.CodeExchange:
                var code = (await _thief.GetAsync(Silent("code"))).Code;
                return () => KeepAsync(there.RedeemAsync(code));
            case Maker.Refresh:
                var tokens = await there.RedeemAsync((await _thief.GetAsync(Silent("code"))).Code);
                // For less than was granted: it reads before it writes. A whole refresh is one statement.
                return () => KeepAsync(there.RefreshAsync(tokens.RefreshToken, ("scope", "openid offline_access")));
            case Maker.DeviceApproval:
                var asked = await there.AskDeviceAsync(("scope", "openid offline_access"));
                var confirm = await _thief.SubmitAsync(
                    await _thief.GetAsync("/device"), ("Input.UserCode", asked.Text("user_code")!));
                return async () =>
                {
                    await _thief.SubmitAsync(confirm);
                    await KeepAsync(there.PollAsync(asked));
                };
            case Maker.BackchannelApproval:
                var request = await there.AskPersonAsync(ada.UserName, ("scope", "openid offline_access"));
                var list = await _thief.GetAsync("/account/requests");
                var answer = await _thief.SubmitAsync(list, ("id", await AskedAsync()));
                return async () =>
                {
                    await _thief.SubmitAsync(answer);
                    await KeepAsync(there.PollPersonAsync(request));
                };
            default:
                return async () => await _thief.GetAsync(Silent("code id_token"));
        }
    }

    /// <summary>Acknowledged, or the test is worth nothing.</summary>
    public async Task EndAsync(Ending ending)
    {
        if (ending == Ending.Disabled)
        {
            await using var database = node.OpenDatabase();
            await new DisablePerson(database, node.Clock).ExecuteAsync(ada.UserName, CancellationToken.None);
            return;
        }

        var (done, fields) = Form(ending);
        var page = await Owner.SubmitAsync(_ending, ending == Ending.SignedOutElsewhere ? "others" : null, fields);
        if (!page.Url.PathAndQuery.Contains(done, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{ending} was not done: {page.Url} {page.Text}");
        }
    }

    private (string Done, (string, string)[] Fields) Form(Ending ending) => ending switch
    {
        Ending.PasswordChanged => ("changed=true", [("Input.Current", SsoServer.Password), ("Input.Password", NewPassword)]),
        Ending.SignedOutElsewhere => ("done=others", []),
        Ending.TrustTakenBack => ("done=forgotten", [("device", _device!)]),
        _ => ("done=revoked", [("client", shop.Id)]),
    };

    /// <summary>What is still worth something to the one who holds the copy; empty when the end was the end.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync(Ending ending)
    {
        List<string> left = [];
        foreach (var tokens in _got.Where(answer => answer.Status == HttpStatusCode.OK))
        {
            foreach (var there in (RelyingParty[])[shop.On(node), shop.On(other)])
            {
                if ((await there.UserInfoAsync(tokens.AccessToken)).Status == HttpStatusCode.OK)
                {
                    left.Add("an access token opens userinfo");
                }
            }

            if ((await shop.On(node).RefreshAsync(tokens.RefreshToken)).Status == HttpStatusCode.OK)
            {
                left.Add("a refresh token gives another");
            }
        }

        await using var database = node.OpenDatabase();
        if (await database.Grants.AnyAsync(grant => grant.PersonId == ada.Id && grant.SessionId != _ownSession && grant.RevokedAt == null))
        {
            left.Add("a grant is in force");
        }

        // Who takes the access of an application back is still signed in.
        if (ending != Ending.AppRevoked
            && await database.Sessions.AnyAsync(row => row.PersonId == ada.Id && row.Id != _ownSession && row.EndedAt == null))
        {
            left.Add("a session lives");
        }

        return left;
    }

    private string Silent(string type) =>
        shop.AuthorizeUrl(("prompt", "none"), ("response_type", type), ("scope", "openid offline_access"));

    private async Task KeepAsync(Task<TokenAnswer> answer)
    {
        var got = await answer;
        lock (_got)
        {
            _got.Add(got);
        }
    }

    /// <param name="byTrust">The session rests on a browser that was trusted and proved no second factor itself.</param>
    private async Task StealAsync(bool byTrust)
    {
        if (byTrust)
        {
            var page = await Journey.PasswordAsync(_thief, await _thief.GetAsync(shop.AuthorizeUrl()), ada);
            var code = await node.AppCodeAsync(ada.Id);
            await _thief.SubmitAsync(page, ("Input.Code", code), ("Input.Trust", "true"));
            _device = _thief.Cookie("__Host-sso-device")!.Split('.')[0];
            _thief.SetCookie("__Host-sso-session", "");
            await using var database = node.OpenDatabase();
            await database.Sessions.Where(row => row.PersonId == ada.Id).ExecuteDeleteAsync();
        }

        var answer = await Journey.SignInAsync(_thief, ada, shop.AuthorizeUrl());
        if (!answer.LeftSso)
        {
            throw new InvalidOperationException($"{answer.Path}: {answer.Document.Title}");
        }
    }

    private async Task SignInOwnerAsync(Ending ending)
    {
        await Journey.SignInAsync(Owner, ada, "/account");
        if (ending == Ending.AppRevoked)
        {
            // Only what holds something can be taken from.
            await shop.RedeemAsync((await Owner.GetAsync(Silent("code"))).Code);
        }

        await using var database = node.OpenDatabase();
        var handle = Session.HashOf(Owner.Cookie("__Host-sso-session")!);
        _ownSession = await database.Sessions.Where(row => row.HandleHash == handle).Select(row => row.Id).SingleAsync();
        _ending = await Owner.GetAsync(ending switch
        {
            Ending.PasswordChanged => "/account/password",
            Ending.AppRevoked => "/account/apps",
            _ => "/account/sessions",
        });
    }

    private async Task<string> AskedAsync()
    {
        await using var database = node.OpenDatabase();
        return (await database.WaitingRequests.Where(row => row.PersonId == ada.Id).Select(row => row.Id).SingleAsync()).ToString("N");
    }
}
