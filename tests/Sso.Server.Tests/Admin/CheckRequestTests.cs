using System.Collections.Immutable;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>The requests that people paste who connect an application.</summary>
[Spec("C06")]
public sealed class CheckRequestTests(AdminDatabase admin) : IClassFixture<AdminDatabase>, IAsyncLifetime
{
    private const string Good = "client_id=app&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=s&nonce=n"
        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    public async ValueTask InitializeAsync()
    {
        if (await admin.ReadAsync(async database => await database.Clients.FindAsync("app")) is null)
        {
            await admin.WriteAsync(AdminDatabase.Row("app"));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string, string> Requests => new()
    {
        { "https://sso.example/connect/authorize?" + Good, "" },
        { "  ?" + Good + "#fragment", "" },
        { Good.Replace("scope=openid", "scope=openid+profile", StringComparison.Ordinal), "" },
        { Good.Replace("client_id=app", "client_id=other", StringComparison.Ordinal), "OtherClient" },
        { Good.Replace("client_id=app&", "", StringComparison.Ordinal), "OtherClient" },
        { Good.Replace("%2Fcb", "%2Fcb%2F", StringComparison.Ordinal), "RedirectUri" },
        { Good.Replace("scope=openid", "scope=openid%20orders", StringComparison.Ordinal), "scope-unregistered" },
        { Good.Replace("scope=openid", "scope=profile", StringComparison.Ordinal), "scope-without-openid" },
        { Good.Replace("S256", "plain", StringComparison.Ordinal), "challenge-method" },
        { Good.Replace("E9Melhoa", "", StringComparison.Ordinal), "challenge-format" },
        { Good.Replace("response_type=code", "response_type=token", StringComparison.Ordinal), "response-type-unknown" },
        { Good.Replace("response_type=code&", "", StringComparison.Ordinal), "parameter-missing" },
        { Good + "&prompt=maybe", "prompt-unknown" },
        { Good + "&scope=openid", "parameter-twice" },
        { Good.Replace("&state=s&nonce=n", "", StringComparison.Ordinal), "NoState NoNonce" },
        { Good + "&request_uri=urn:x", "Inside" },
        {
            "client_id=other&redirect_uri=https://app.example/x&response_type=code&scope=orders&prompt=none+login",
            "OtherClient RedirectUri challenge-missing scope-unregistered prompt-none-alone NoState NoNonce"
        },
    };

    [Theory, MemberData(nameof(Requests))]
    public async Task Are_told_each_of_their_faults_once(string pasted, string expected) =>
        Assert.Equal(expected, string.Join(' ', (await CheckAsync("app", pasted)).Value.Select(Word)));

    [Fact]
    public async Task Are_judged_by_what_is_registered()
    {
        var (draft, off) = (AdminDatabase.Row("draft"), AdminDatabase.Row("off"));
        draft.RedirectUris = [];
        off.DisabledAt = admin.Clock.GetUtcNow();
        (off.RedirectUris, off.RequiresPushedRequests) = (["https://app.example/cb"], true);
        await admin.WriteAsync(draft, off);

        var asked = await CheckAsync("draft", Good.Replace("=app&", "=draft&", StringComparison.Ordinal));
        Assert.Equal(RequestFault.RedirectUri, Assert.Single(asked.Value).Fault);
        Assert.Equal(
            ["Disabled", OAuthError.MustBePushed.Id],
            (await CheckAsync("off", Good.Replace("=app&", "=off&", StringComparison.Ordinal))).Value.Select(Word));
        Assert.Equal(RefusalKind.NotFound, (await CheckAsync("nobody", Good)).Error?.Kind);
        Assert.Equal(RefusalKind.Invalid, (await CheckAsync("app", "https://sso.example/connect/authorize")).Error?.Kind);
    }

    private static string Word(RequestFinding finding) => finding.ErrorId ?? finding.Fault.ToString();

    private Task<Result<ImmutableArray<RequestFinding>, Refusal>> CheckAsync(string id, string pasted) =>
        admin.RunAsync<CheckRequest, Result<ImmutableArray<RequestFinding>, Refusal>>(
            check => check.ExecuteAsync(id, pasted, CancellationToken.None));
}
