using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sso.Delivery;

namespace Sso.Testing.Fakes;

/// <summary>
/// The SMS API of Vonage on loopback: 200 whatever happens, one entry for each part, strings everywhere.
/// </summary>
public sealed partial class VonageSmsFake : IAsyncDisposable
{
    public const string ApiKey = "abcd1234";
    public const string ApiSecret = "a secret of the account";

    /// <summary>Of the account, for signed requests and for receipts.</summary>
    public const string SignatureSecret = "segreto-di-prova-0123456789-abcdef";

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _accepted = new();
    private readonly ConcurrentQueue<(int Status, string? Body)> _script = new();
    private int _requests;

    private VonageSmsFake(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    public int Requests => _requests;

    /// <summary>The form of each message that was taken.</summary>
    public IReadOnlyCollection<IReadOnlyDictionary<string, string>> Accepted => _accepted;

    public static async Task<VonageSmsFake> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var fake = new VonageSmsFake(application);
        application.MapPost("/sms/json", fake.HandleAsync);
        await application.StartAsync();
        return fake;
    }

    /// <summary>The status of the next message, whatever it is.</summary>
    public void Script(int status) => _script.Enqueue((200, Answer(status)));

    /// <summary>The next answer, word by word.</summary>
    public void Script(int http, string body) => _script.Enqueue((http, body));

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        if (_script.TryDequeue(out var scripted))
        {
            http.Response.StatusCode = scripted.Status;
            await http.Response.WriteAsync(scripted.Body!);
            return;
        }

        var form = (await http.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.Single()!);
        var status = Fault(http.Request, form);
        if (status == 0)
        {
            _accepted.Enqueue(form);
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(Answer(status, status == 0 ? Gsm7.Parts(form["text"]) : 1));
    }

    /// <summary>In the documented order: missing, invalid, credentials or signature, both at once.</summary>
    private static int Fault(HttpRequest request, Dictionary<string, string> form) =>
        !form.TryGetValue("from", out var from) || !form.TryGetValue("to", out var to) || !form.ContainsKey("text") ? 2
        : !Number().IsMatch(to) || !Sender().IsMatch(from) || form.GetValueOrDefault("client-ref")?.Length > 40 ? 3
        : !long.TryParse(form["ttl"], CultureInfo.InvariantCulture, out var ttl) || ttl is < 20_000 or > 604_800_000 ? 3
        : form.GetValueOrDefault("callback")?.Length > 100 ? 23
        : form.ContainsKey("sig") && (form.ContainsKey("api_secret") || request.Headers.Authorization.Count > 0) ? 32
        : form.TryGetValue("sig", out var sig) ? (sig == Sign(form) ? 0 : 14)
        : request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ApiKey}:{ApiSecret}")) ? 0 : 4;

    private static string Sign(Dictionary<string, string> form)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in form.Where(field => field.Key != "sig").OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            text.Append('&').Append(name).Append('=').Append(value.Replace('&', '_').Replace('=', '_'));
        }

        return Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(SignatureSecret), Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Answer(int status, int parts = 1) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["message-count"] = parts.ToString(CultureInfo.InvariantCulture),
        ["messages"] = Enumerable.Range(0, parts).Select(_ => status == 0
            ? new Dictionary<string, string>
            {
                ["status"] = "0",
                ["message-id"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)),
                ["message-price"] = "0.06000000",
                ["network"] = "22201",
            }
            : new Dictionary<string, string>
            {
                ["status"] = status.ToString(CultureInfo.InvariantCulture),
                ["error-text"] = "prose that nobody parses",
            }),
    });

    [GeneratedRegex(@"^\d{7,15}$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^([0-9]{1,15}|[A-Za-z0-9]{1,11})$")]
    private static partial Regex Sender();
}
