using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sso.Data;
using Sso.Server.Doctor;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Doctor;

/// <summary>
/// A sound installation: a server has run on the database, and its answers are found at the issuer. <c>sso doctor</c> examines it with the
/// time at which the server stopped.
/// </summary>
public sealed class ExaminedInstallation : IAsyncLifetime
{
    public const string PageWithForm = "/password/forgot";

    private Peer _issuer = null!;

    /// <summary>It believes the proxy that has this address.</summary>
    public const string Proxy = "10.0.0.1";

    public SsoServer Server { get; } = new() { Settings = { $"--Sso:TrustedProxies:0={Proxy}" } };

    public FakeClock Clock { get; } = new();

    public string Issuer => _issuer.Address.ToString().TrimEnd('/');

    public string HostAndPort => _issuer.HostAndPort;

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        await Server.RegisterAsync("shop");
        _issuer = await Peer.StartAsync();
        await PublishAsync();
        await Server.KeepHouseAsync();
        Clock.Advance(Server.Clock.GetUtcNow() - Clock.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>What a sound server answers, in the place of whatever a test had it answer.</summary>
    public async Task PublishAsync()
    {
        await using var database = Server.OpenDatabase();
        Publish("openid-configuration", JsonSerializer.Serialize(new { issuer = Issuer }));
        PassOn(PageWithForm, "https", Proxy, ("X-Forwarded-For", "203.0.113.7"));
        Publish("jwks", JsonSerializer.Serialize(new { keys = database.SigningKeys.Select(key => new { kid = key.Id }).ToList() }));
    }

    /// <summary>With the time of the machine that the test is on.</summary>
    public void Publish(string document, string body) => Answer(document, http =>
    {
        http.Response.Headers.Date = Clock.GetUtcNow().ToString("R");
        return http.Response.WriteAsync(body);
    });

    /// <summary>A page of the server itself, by the way of a proxy.</summary>
    /// <param name="path">Of the page.</param>
    /// <param name="scheme">By which the proxy asks the server.</param>
    /// <param name="peer">The address of the proxy.</param>
    /// <param name="headers">What the proxy adds.</param>
    public void PassOn(string path, string scheme, string peer, params (string Name, string Value)[] headers) =>
        _issuer.Paths[path] = async http =>
        {
            using var client = Server.Backchannel();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{scheme}://sso.test{path}");
            request.Headers.Add(VisitorAddress.Header, peer);
            foreach (var (name, value) in headers.Append((DoctorQuestion.Header, http.Request.Headers[DoctorQuestion.Header].ToString())))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var answer = await client.SendAsync(request, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            if (answer.Headers.TryGetValues(DoctorQuestion.Header, out var said))
            {
                http.Response.Headers[DoctorQuestion.Header] = said.ToArray();
            }

            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        };

    public void Answer(string document, RequestDelegate answer) => AnswerAt($"/.well-known/{document}", answer);

    public void AnswerAt(string path, RequestDelegate answer) => _issuer.Paths[path] = answer;

    /// <summary>The mistake is found under its subject, in words that hold all of these; what begins with two dashes is typed.</summary>
    public async Task FindsAsync(string subject, string what, params string[] more)
    {
        var typed = more.SkipWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
        string[] words = [what, .. more.TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal))];
        var findings = await ExamineAsync(typed);
        Assert.Contains(findings, finding => finding.Subject == subject && IsBad(finding) && words.All(
            word => $"{finding.State} {finding.What} {finding.Remedy}".Contains(word, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(findings, finding => IsBad(finding) && finding.Remedy is null);
    }

    internal async Task<IReadOnlyList<Finding>> ExamineAsync(string[]? typed = null, string? sendTo = null, string? folder = null) =>
        await Examiner.RunAsync([.. Settings(), .. typed ?? []], sendTo, Clock, folder, TestContext.Current.CancellationToken);

    public string[] Settings() =>
    [
        // Any free port: that of others on the machine of the test is theirs.
        "--environment=Development", "--Urls=http://127.0.0.1:0", $"--Sso:Issuer={Issuer}",
        $"--Database:Provider={Server.Database.Provider}",
        $"--Database:ConnectionString={Server.Database.ConnectionString}",
        $"--Secrets:PassphraseFile={Path.Combine(Server.Database.Folder, "passphrase")}",
    ];

    public async Task WriteAsync(Action<SsoDbContext> write)
    {
        await using var database = Server.OpenDatabase();
        write(database);
        await database.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private static bool IsBad(Finding finding) => finding.State is FindingState.Wrong or FindingState.Doubtful;
}
