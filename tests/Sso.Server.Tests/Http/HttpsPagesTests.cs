using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Secrets;
using Sso.Server.Doctor;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// The issuer is https, and a request comes as http: the proxy does not say by what the visitor came, or is not believed. The server trusts
/// the proxy at 10.0.0.1.
/// </summary>
[OneDatabase]
public sealed class HttpsPagesTests : IAsyncLifetime
{
    private readonly SsoServer _server = new() { Settings = { "--Sso:TrustedProxies:0=10.0.0.1" } };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("GET", "/password/forgot")]
    [InlineData("POST", "/password/forgot")]
    [InlineData("GET", "/signin")]
    [InlineData("GET", "/error")]
    [InlineData("GET", "/console")]
    public async Task A_page_says_what_is_missing_and_the_log_has_no_stack_trace(string method, string path)
    {
        var (status, text) = await AskAsync(method, path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("X-Forwarded-Proto", text, StringComparison.Ordinal);
        Assert.Contains("Sso:TrustedProxies", text, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Log.Lines, line => line.Contains("not an SSL request", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("X-Forwarded-Proto is missing", "10.0.0.1", null)]
    [InlineData("the proxy says http in X-Forwarded-Proto", "10.0.0.1", "http")]
    [InlineData("X-Forwarded-Proto came from an address that Sso:TrustedProxies does not name", "10.0.0.9", "https")]
    public async Task One_line_a_minute_says_why(string why, string peer, string? said)
    {
        for (var visit = 0; visit < 5; visit++)
        {
            await AskAsync("GET", "/password/forgot", peer, said);
        }

        Assert.Contains(why, Assert.Single(Told()), StringComparison.Ordinal);
        await _server.PassAsync(TimeSpan.FromMinutes(1));
        await AskAsync("GET", "/password/forgot", peer, said);
        Assert.Equal(2, Told().Count);
    }

    [Fact]
    public async Task By_the_word_of_a_trusted_proxy_pages_open() => Assert.Equal(
        HttpStatusCode.OK, (await AskAsync("GET", "/password/forgot", "10.0.0.1", "https")).Status);

    /// <summary>Inside the network, as they always could.</summary>
    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/.well-known/openid-configuration", HttpStatusCode.OK)]
    [InlineData("/.well-known/jwks", HttpStatusCode.OK)]
    [InlineData("/css/site.css", HttpStatusCode.OK)]
    [InlineData("/api/admin/v1/people", HttpStatusCode.Unauthorized)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task What_programs_and_probes_ask_for_goes_on_and_is_no_mistake(string path, HttpStatusCode expected)
    {
        Assert.Equal(expected, (await AskAsync("GET", path)).Status);
        Assert.Empty(Told());
    }

    [Fact]
    public async Task Only_the_doctor_of_this_installation_hears_how_a_request_was_seen_and_each_question_has_its_own_answer()
    {
        var sealer = _server.App.Services.GetRequiredService<Sealer>();
        var (question, other) = (DoctorQuestion.New(sealer), DoctorQuestion.New(sealer));
        using var answer = await SendAsync("GET", "/health/live", "10.0.0.9", null, question.Text);
        using var stranger = await SendAsync("GET", "/health/live", "10.0.0.9", null, "x" + question.Text[1..]);

        Assert.Equal(
            new ServerSight(
                WantsHttps: true, IsHttps: false, "10.0.0.9", "10.0.0.9", IsTrusted: false, SaysFor: false, SaysProto: false,
                SaysMore: false),
            question.Read(sealer, answer));
        Assert.Null(other.Read(sealer, answer));
        Assert.False(stranger.Headers.Contains(DoctorQuestion.Header));
    }

    private List<string> Told() => [.. _server.Log.Lines.Where(line => line.Contains("asked for by http", StringComparison.Ordinal))];

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(
        string method, string path, string peer = "10.0.0.1", string? said = null)
    {
        using var answer = await SendAsync(method, path, peer, said, question: null);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string peer, string? said, string? question)
    {
        using var http = _server.Backchannel();
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://sso.test" + path);
        request.Headers.Add(VisitorAddress.Header, peer);
        if (said is not null)
        {
            request.Headers.Add("X-Forwarded-Proto", said);
        }

        if (question is not null)
        {
            request.Headers.Add(DoctorQuestion.Header, question);
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
