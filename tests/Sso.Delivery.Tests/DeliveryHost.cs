using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Testing;
using Sso.Testing.Fakes;

namespace Sso.Delivery.Tests;

/// <summary>
/// One node: delivery as the server composes it, on a database that other nodes may share, or on none where only a route is wanted.
/// </summary>
internal sealed class DeliveryHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private DeliveryHost(ServiceProvider services, CapturedLog log, CallsUnderWay calls) =>
        (_services, Log, Calls) = (services, log, calls);

    public CapturedLog Log { get; }

    public CallsUnderWay Calls { get; }

    public Sealer Sealer => Get<Sealer>();

    public TextQueue Queue => Get<TextQueue>();

    public TextBell Bell => Get<TextBell>();

    public TextDispatcher Dispatcher => _services.GetServices<IHostedService>().OfType<TextDispatcher>().Single();

    public static async Task<DeliveryHost> StartAsync(
        TestDatabase? database, FakeClock clock, Dictionary<string, string?> settings, Action<IServiceCollection>? change = null,
        bool connectsInTime = false)
    {
        var log = new CapturedLog { Everything = true };
        var services = database?.Services() ?? new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(WrappingKey.FromPassphrase("a passphrase of the tests"));
        services.AddSingleton<DataKeyRing>();
        services.AddSingleton<Sealer>();
        services.AddSsoDelivery(
            new ConfigurationBuilder().AddInMemoryCollection(Settings(settings)).Build(), new Surroundings("Development"));
        var calls = new CallsUnderWay();
        services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(calls.Watch));
        if (!connectsInTime)
        {
            services.PostConfigureAll<HttpClientFactoryOptions>(
                options => options.HttpMessageHandlerBuilderActions.Add(builder => BePatient(builder.PrimaryHandler)));
        }

        change?.Invoke(services);
        var host = new DeliveryHost(services.BuildServiceProvider(), log, calls);
        if (database is not null)
        {
            await host.Get<DataKeyRing>().LoadAsync(CancellationToken.None);
        }

        return host;
    }

    public static Dictionary<string, string?> On(VonageFake fake) => new()
    {
        ["Delivery:Routes:0"] = "vonage-messages",
        ["Delivery:From:default"] = "AcmeCloud",
        ["Vonage:BaseAddress"] = fake.Address.ToString(),
        ["Vonage:ApplicationId"] = fake.ApplicationId,
        ["Vonage:PrivateKey"] = fake.PrivateKey,
    };

    public static Dictionary<string, string?> On(VonageSmsFake fake) => new()
    {
        ["Delivery:Routes:0"] = "vonage-sms",
        ["Delivery:From:default"] = "AcmeCloud",
        ["Vonage:SmsBaseAddress"] = fake.Address.ToString(),
        ["Vonage:ApiKey"] = VonageSmsFake.ApiKey,
        ["Vonage:ApiSecret"] = VonageSmsFake.ApiSecret,
    };

    public static Dictionary<string, string?> On(TwilioFake fake) => new()
    {
        ["Delivery:Routes:0"] = "twilio",
        ["Delivery:From:default"] = "AcmeCloud",
        ["Twilio:BaseAddress"] = fake.Address.ToString(),
        ["Twilio:AccountSid"] = TwilioFake.AccountSid,
        ["Twilio:ApiKeySid"] = TwilioFake.ApiKeySid,
        ["Twilio:ApiKeySecret"] = TwilioFake.ApiKeySecret,
    };

    /// <summary>
    /// The dispatcher waits for what it has in hand. That may be about to ask a provider again by a clock that only the test moves.
    /// </summary>
    public async Task StopAsync(FakeClock clock)
    {
        var stopped = Dispatcher.StopAsync(CancellationToken.None);
        await clock.AdvanceUntilAsync(
            () => Task.FromResult(stopped.IsCompleted), TimeSpan.FromMilliseconds(100), Calls, "the dispatcher stops");
        await stopped;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public SsoDbContext Open() => Get<IDbContextFactory<SsoDbContext>>().CreateDbContext();

    /// <summary>A phone, a challenge for it and its text in the queue, saved as the server saves them.</summary>
    public async Task<(MessageChallenge Challenge, Guid Text)> EnqueueAsync(
        string number, TextPurpose purpose = TextPurpose.SignIn, string language = "it")
    {
        await using var database = Open();
        var now = Get<TimeProvider>().GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var factor = new SecondFactor
        {
            Id = id,
            PersonId = Guid.CreateVersion7(now),
            Method = ProofMethod.TextMessage,
            Protected = Sealer.Protect(SecondFactor.ContextOf(id), number),
            CreatedAt = now,
        };
        var challenge = new MessageChallenge
        {
            Id = Guid.CreateVersion7(now),
            KeyId = Sealer.CurrentKeyId,
            FactorId = factor.Id,
            SessionId = Guid.CreateVersion7(now),
            CreatedAt = now,
            ExpiresAt = now + MessageChallenge.Lifetime,
            LastSentAt = now,
        };
        database.AddRange(factor, challenge);
        await Queue.EnqueueAsync(database, challenge, purpose, language, CancellationToken.None);
        await database.SaveChangesAsync();
        return (challenge, database.OutgoingTexts.Local.Single().Id);
    }

    /// <summary>A message as it stands before its route has answered.</summary>
    public TextDelivery Begun(Guid text, Guid challenge, string route) => new()
    {
        Id = Guid.CreateVersion7(Get<TimeProvider>().GetUtcNow()),
        TextId = text,
        ChallengeId = challenge,
        Route = route,
        MaskedNumber = "+39 ••• ••• ••00",
        Country = "IT",
        Prefix = "+39312",
        Purpose = TextPurpose.SignIn,
        SentAt = Get<TimeProvider>().GetUtcNow(),
        Cost = 1000,
    };

    public async Task<OutgoingText> RowAsync(Guid text)
    {
        await using var database = Open();
        return await database.OutgoingTexts.AsNoTracking().SingleAsync(row => row.Id == text);
    }

    /// <summary>The messages of a text, in the order in which they left.</summary>
    public async Task<IReadOnlyList<TextDelivery>> DeliveriesAsync(Guid text)
    {
        await using var database = Open();
        return await database.TextDeliveries.AsNoTracking().Where(row => row.TextId == text).OrderBy(row => row.Id).ToListAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    // The time of a connection is a real one: on a machine that has other work to do, two seconds pass beside a provider that answers.
    private static void BePatient(HttpMessageHandler handler)
    {
        if (handler is SocketsHttpHandler sockets)
        {
            sockets.ConnectTimeout = Patience.Limit;
        }
    }

    private static Dictionary<string, string?> Settings(Dictionary<string, string?> own) =>
        new(own) { ["Sso:Issuer"] = "https://login.acme.example", ["Brand:Name"] = "AcmeCloud" };

    internal sealed class Surroundings(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "Sso.Delivery.Tests";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
