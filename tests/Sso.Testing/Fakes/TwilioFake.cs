using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sso.Testing.Fakes;

/// <summary>The Messages resource of Twilio on loopback.</summary>
public sealed class TwilioFake : IAsyncDisposable
{
    public const string AccountSid = "AC00000000000000000000000000000001";
    public const string AuthToken = "token-di-prova";
    public const string ApiKeySid = "SK00000000000000000000000000000001";
    private const string Json = "application/json";
    public const string ApiKeySecret = "a secret of the key";

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _accepted = new();
    private readonly ConcurrentQueue<(int Status, int Code, string? Body, string? RetryAfter, string ContentType)> _script = new();
    private int _requests;

    private TwilioFake(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    public int Requests => _requests;

    /// <summary>The form of each message that was taken.</summary>
    public IReadOnlyCollection<IReadOnlyDictionary<string, string>> Accepted => _accepted;

    public static async Task<TwilioFake> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var fake = new TwilioFake(application);
        application.MapPost($"/2010-04-01/Accounts/{AccountSid}/Messages.json", fake.HandleAsync);
        await application.StartAsync();
        return fake;
    }

    /// <summary>The next answer, whatever the message.</summary>
    public void Script(int status, int code = 0, string? body = null, string? retryAfter = null, string contentType = Json) =>
        _script.Enqueue((status, code, body, retryAfter, contentType));

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        var form = (await http.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.Single()!);
        var (status, code, body, retryAfter, contentType) = _script.TryDequeue(out var scripted) ? scripted : Judge(http.Request, form);
        if (status == 201)
        {
            _accepted.Enqueue(form);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        await http.Response.WriteAsync(body ?? (status == 201
            ? $$"""{"sid":"SM{{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}}","status":"queued","error_code":null"""
                + ""","price":null,"num_segments":"1"}"""
            : string.Create(
                CultureInfo.InvariantCulture, $$"""{"code":{{code}},"message":"prose that nobody parses","status":{{status}}}""")));
    }

    private static (int Status, int Code, string? Body, string? RetryAfter, string ContentType) Judge(
        HttpRequest request, Dictionary<string, string> form) =>
        request.Headers.Authorization != "Basic " + Convert.ToBase64String(
            Encoding.UTF8.GetBytes($"{ApiKeySid}:{ApiKeySecret}")) ? (401, 20003, null, null, Json)
        : form.GetValueOrDefault("To") is not ['+', ..] ? (400, 21211, null, null, Json)
        : form.GetValueOrDefault("From") is not { Length: > 0 } ? (400, 21606, null, null, Json)
        : form.GetValueOrDefault("Body") is not { Length: > 0 and <= 1600 } ? (400, 21617, null, null, Json)
        : (201, 0, null, null, Json);
}
