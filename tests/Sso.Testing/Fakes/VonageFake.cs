using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sso.Testing.Fakes;

/// <summary>
/// The Messages API v1 of Vonage on loopback, with what it checks and the magic last four digits of <c>to</c>. Slow
/// answers wait for a gate that the test opens; nothing sleeps.
/// </summary>
public sealed class VonageFake : IAsyncDisposable
{
    /// <summary>One for all fakes of a run: making it takes longer than most tests.</summary>
    private static readonly Lazy<RSA> Key = new(() => RSA.Create(2048));

    private readonly WebApplication _application;
    private readonly VonageTokenCheck _tokens;
    private readonly ConcurrentQueue<VonageFakeMessage> _accepted = new();
    private readonly ConcurrentQueue<VonageFakeAnswer> _script = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private int _waiting;

    private VonageFake(WebApplication application, RSA key, TimeProvider clock)
    {
        _application = application;
        PrivateKey = key.ExportPkcs8PrivateKeyPem();
        _tokens = new VonageTokenCheck(ApplicationId, key, clock);
    }

    public string ApplicationId { get; } = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

    /// <summary>PEM, PKCS #8, as the dashboard hands it out.</summary>
    public string PrivateKey { get; }

    public Uri Address => new(_application.Urls.Single());

    public int Requests => _requests;

    /// <summary>Requests that wait at the gate.</summary>
    public int Waiting => _waiting;

    public IReadOnlyCollection<VonageFakeMessage> Accepted => _accepted;

    public bool IsDown { get; set; }

    /// <summary>What happens between taking a message and answering: a receipt may be that fast.</summary>
    public Func<VonageFakeMessage, Task> BeforeAnswer { get; set; } = _ => Task.CompletedTask;

    public static async Task<VonageFake> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var fake = new VonageFake(application, Key.Value, clock);
        application.MapPost("/v1/messages", fake.HandleAsync);
        await application.StartAsync();
        return fake;
    }

    /// <summary>The next answers, whatever the number.</summary>
    public void Script(params VonageFakeAnswer[] answers)
    {
        foreach (var answer in answers)
        {
            _script.Enqueue(answer);
        }
    }

    /// <summary>Lets the slow answers go.</summary>
    public void Open() => _gate.TrySetResult();

    /// <summary>How often a number was asked for.</summary>
    public int AskedFor(string to) => _asked.GetValueOrDefault(to);

    public async ValueTask DisposeAsync()
    {
        Open();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        http.Response.Headers["X-Request-Id"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var refusal = IsDown ? VonageFakeAnswer.ServiceUnavailable
            : _tokens.Refuses(http.Request.Headers.Authorization) is { } why ? VonageFakeAnswer.Problem(401, 0, why)
            : http.Request.ContentType != "application/json" ? VonageFakeAnswer.Problem(415, 0, "media type")
            : VonageFakeMessage.Fault(body.RootElement) is { } field ? VonageFakeAnswer.Unprocessable(field)
            : null;
        if (refusal is not null)
        {
            await refusal.WriteAsync(http);
            return;
        }

        var message = VonageFakeMessage.Read(body.RootElement);
        var times = _asked.AddOrUpdate(message.To, 1, (_, before) => before + 1);
        var answer = _script.TryDequeue(out var scripted) ? scripted : Magic(message.To[^4..], times);
        if (answer.IsAcceptance)
        {
            _accepted.Enqueue(message);
            await BeforeAnswer(message);
        }

        if (answer.SendsHeadersFirst)
        {
            (http.Response.StatusCode, http.Response.ContentType) = (answer.Status, answer.ContentType);
            await http.Response.Body.FlushAsync();
        }

        if (answer.WaitsAtGate)
        {
            Interlocked.Increment(ref _waiting);
            await _gate.Task;
        }

        await answer.WriteAsync(http);
    }

    private static VonageFakeAnswer Magic(string lastFour, int times) => lastFour switch
    {
        "0001" when times == 1 => VonageFakeAnswer.TooMany(retryAfter: 1),
        "0002" => VonageFakeAnswer.TooMany(retryAfter: 30),
        "0004" => VonageFakeAnswer.Problem(401, 0, "unauthorized"),
        "0005" when times == 1 => VonageFakeAnswer.Problem(500, 0, "internal error"),
        "0006" => VonageFakeAnswer.Problem(422, 1040, "unrecognised prefix"),
        "0007" => VonageFakeAnswer.Problem(422, 1050, "barred"),
        "0009" => VonageFakeAnswer.Problem(402, 0, "low balance"),
        "0015" => VonageFakeAnswer.Problem(422, 1120, "illegal sender"),
        "0033" => VonageFakeAnswer.Problem(422, 1190, "no longer active"),
        "0200" => VonageFakeAnswer.Acceptance with { WaitsAtGate = true },
        "0201" => VonageFakeAnswer.Acceptance with { ClosesConnection = true },
        "0202" => VonageFakeAnswer.ServiceUnavailable,
        "0203" => VonageFakeAnswer.Acceptance with { Body = """{"message_uuid":"0f8f""" },
        "0204" => VonageFakeAnswer.Acceptance with { WaitsAtGate = true, SendsHeadersFirst = true },
        "0300" => VonageFakeAnswer.Problem(422, 1473, "artificially inflated traffic"),
        "0301" => VonageFakeAnswer.Problem(429, 1472, "burst protection"),
        _ => VonageFakeAnswer.Acceptance,
    };
}
