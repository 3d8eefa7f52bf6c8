using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Delivery;
using Sso.Delivery.Mail;
using Sso.Delivery.Outbox;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server;
using Sso.Server.Operations;
using Sso.Server.Polling;
using Xunit;

namespace Sso.Testing;

/// <summary>
/// The real server in this process, on a fresh database, with a clock that tests move. Everything goes over HTTP; what a person would read
/// from a phone or an app is computed here.
/// </summary>
public sealed class SsoServer : IAsyncLifetime
{
    public const string Issuer = "https://sso.test";
    public const string Password = "una lunga frase segreta";

    /// <summary>Hashing is slow on purpose; one hash serves all people of the tests.</summary>
    private static readonly Lazy<string> PasswordHash = new(() => PasswordHashing.Hash(Password));

    public static string HashOfPassword => PasswordHash.Value;

    private readonly TestDatabase? _shared;
    private readonly List<SsoServer> _nodes;
    private int _people;

    public SsoServer() => _nodes = [this];

    private SsoServer(TestDatabase database)
        : this() => _shared = database;

    /// <summary>A further node on the database of another.</summary>
    private SsoServer(SsoServer first)
    {
        (_shared, Clock, _nodes) = (first.Database, first.Clock, first._nodes);
        _nodes.Add(this);
    }

    /// <summary>On a database that is there already, and stays.</summary>
    public static async Task<SsoServer> OnAsync(TestDatabase database)
    {
        var server = new SsoServer(database);
        await server.InitializeAsync();
        return server;
    }

    public FakeClock Clock { get; } = new();

    public TestDatabase Database { get; private set; } = null!;

    public WebApplication App { get; private set; } = null!;

    public StatementCounter Statements { get; private set; } = null!;

    public CapturedLog Log { get; } = new();

    /// <summary>What each request and each round of housekeeping did while a transaction was open.</summary>
    public SlowWorkGuard SlowWork { get; } = new();

    /// <summary>Where a real browser finds this server; null: requests stay in this process.</summary>
    public string? Url { get; init; }

    /// <summary>Further words of the connection string, such as ";Maximum Pool Size=1".</summary>
    public string ConnectionWords { get; init; } = "";

    /// <summary>Further settings, before the server is started.</summary>
    public IList<string> Settings { get; init; } = [];

    /// <summary>Further services, such as code that has no business in the server.</summary>
    public Action<IServiceCollection> MoreServices { get; init; } = _ => { };

    public async ValueTask InitializeAsync()
    {
        Database = _shared ?? await TestDatabase.CreateAsync();
        Statements = new StatementCounter(Database.Name);
        App = Sso.Server.ServerApplication.Build(
            [
                $"--Sso:Issuer={Url ?? Issuer}",
                $"--Database:Provider={Database.Provider}",
                $"--Database:ConnectionString={Database.ConnectionString}{ConnectionWords}",
                $"--Secrets:PassphraseFile={Database.PassphraseFile}",
                "--Delivery:Routes:0=outbox",
                $"--Delivery:Outbox:Folder={Path.Combine(Database.Folder, "outbox")}",
                "--Brand:Name=Nuvola",
                // An RSA key of the usual 3072 bits takes most of a second to make.
                "--Keys:RsaBits=2048",
                // In real time, as applications live outside: the longest that can be set.
                "--Outgoing:Timeout=00:00:10",
                "--environment=Development",
                .. Url is null ? (ReadOnlySpan<string>)[] : [$"--urls={Url}"],
                .. Settings,
            ],
            builder =>
            {
                if (Url is null)
                {
                    builder.WebHost.UseTestServer(options => options.BaseAddress = new Uri(Issuer));
                }

                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
                builder.Services.AddSingleton<Func<int, RSA>>(bits => KeyStock.Take(Database.Name, bits));
                builder.Services.AddTransient<IStartupFilter, VisitorAddress>().AddSingleton<IStartupFilter>(SlowWork);
                MoreServices(builder.Services);
                builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
            });
        await SlowWork.RunAsync(() => Sso.Server.ServerApplication.PrepareAsync(App, CancellationToken.None));
        await App.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _nodes.Remove(this);
        await App.StopAsync();
        await App.DisposeAsync();
        // What it had no time to send, the others find at their next look, which the clock of a test never brings.
        foreach (var node in _nodes)
        {
            node.App.Services.GetRequiredService<MailBell>().Ring();
            node.App.Services.GetRequiredService<TextBell>().Ring();
        }

        Statements.Dispose();
        SlowWork.Dispose();
        if (_shared is null)
        {
            await Database.DisposeAsync();
        }

        SlowWork.Verify();
    }

    /// <param name="settings">Where it is configured otherwise.</param>
    public async Task<SsoServer> StartSecondNodeAsync(params string[] settings)
    {
        var second = new SsoServer(this) { Settings = settings, MoreServices = MoreServices };
        await second.InitializeAsync();
        return second;
    }

    /// <summary>
    /// Time passes: the clock moves, and every node polls as it would have done each second. What is on its way arrives before: a message
    /// that the clock overtakes would be taken for one whose sender died.
    /// </summary>
    public async Task PassAsync(TimeSpan time)
    {
        await using (var database = OpenDatabase())
        {
            await Arrivals.AwaitAsync(database, Clock.GetUtcNow());
        }

        Clock.Advance(time);
        foreach (var node in _nodes)
        {
            await node.ReloadAsync();
        }
    }

    /// <summary>What the poll of each second would read.</summary>
    public Task ReloadAsync() =>
        SlowWork.RunAsync(() => App.Services.GetRequiredService<ConfigurationPolling>().PollAsync(CancellationToken.None));

    /// <summary>What this node's timer would do next: nothing, while a clock has jumped and the database was not read since.</summary>
    public async Task KeepHouseAsync()
    {
        var state = App.Services.GetRequiredService<ServerState>();
        await Patience.UntilAsync(
            async () =>
            {
                if (!state.IsReady)
                {
                    await ReloadAsync();
                }

                return state.IsReady;
            },
            "the node is ready");
        await SlowWork.RunAsync(
            () => App.Services.GetServices<IHostedService>().OfType<Housekeeping>().Single().RunAsync(CancellationToken.None));
    }

    public Browser OpenBrowser() => new(this);

    /// <summary>Browsers of one class have one address, whose limits are not always what is proved.</summary>
    public async ValueTask ForgetAttemptsAsync()
    {
        await using var database = OpenDatabase();
        await database.AttemptCounters.ExecuteDeleteAsync();
    }

    public Provider Provider => new(Issuer, Clock, Backchannel);

    public HttpClient Backchannel() => Url is null ? App.GetTestClient() : new HttpClient { BaseAddress = new Uri(Url) };

    public SsoDbContext OpenDatabase() => App.Services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();

    public async Task<RelyingParty> RegisterAsync(string name, Action<ClientRegistration>? change = null)
    {
        var secret = ClientSecret.New();
        var id = $"{name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var registration = new ClientRegistration
        {
            Id = id,
            Name = name,
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
            CreatedAt = Clock.GetUtcNow(),
            SecretHash = ClientSecret.HashOf(secret),
            RedirectUris = [$"https://{name}.example/callback"],
            PostLogoutRedirectUris = [$"https://{name}.example/signed-out"],
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
            Scopes = [.. Scopes.Identity],
        };
        change?.Invoke(registration);
        await using var database = OpenDatabase();
        database.Clients.Add(registration);
        await database.SaveChangesAsync();
        await database.RaiseClientsVersionAsync(CancellationToken.None);
        await ReloadAsync();
        return new RelyingParty(this, registration, registration.AuthenticationMethod == ClientAuthenticationMethod.None ? null : secret);
    }

    /// <summary>A client that authenticates by private_key_jwt, with its public key by value.</summary>
    public async Task<RelyingParty> RegisterAsync(string name, ClientKey key, Action<ClientRegistration>? change = null) =>
        (await RegisterAsync(name, client =>
        {
            (client.AuthenticationMethod, client.SecretHash, client.Jwks) =
                (ClientAuthenticationMethod.PrivateKeyJwt, null, ClientKey.SetOf(key));
            change?.Invoke(client);
        })).With(key);

    /// <summary>A protected resource, and the client as which it introspects.</summary>
    public async Task AddResourceAsync(string id, string? clientId, params string[] scopes)
    {
        await using var database = OpenDatabase();
        database.Resources.Add(
            new ResourceRegistration { Id = id, Name = id, Scopes = [.. scopes], ClientId = clientId, CreatedAt = Clock.GetUtcNow() });
        await database.SaveChangesAsync();
        await database.RaiseClientsVersionAsync(CancellationToken.None);
        await ReloadAsync();
    }

    /// <summary>A customer with a password and nothing else.</summary>
    public async Task<Customer> AddPersonAsync(string name, Action<Person>? change = null)
    {
        var userName = $"{name}{Interlocked.Increment(ref _people)}";
        var now = Clock.GetUtcNow();
        var person = new Person
        {
            Id = Guid.CreateVersion7(now),
            UserName = userName,
            NormalizedUserName = SignInName.Normalize(userName),
            Email = $"{userName}@example.it",
            NormalizedEmail = SignInName.Normalize($"{userName}@example.it"),
            EmailConfirmed = true,
            PasswordHash = PasswordHash.Value,
            CreatedAt = now,
            UpdatedAt = now,
        };
        change?.Invoke(person);
        await using var database = OpenDatabase();
        database.Users.Add(person);
        await database.SaveChangesAsync();
        return new Customer(this, person.Id, userName);
    }

    /// <summary>The code of the latest text message, derived as the server derives it.</summary>
    public async Task<string> LatestTextCodeAsync(Guid personId)
    {
        await using var database = OpenDatabase();
        var challenge = await (
            from row in database.MessageChallenges.AsNoTracking()
            join factor in database.SecondFactors on row.FactorId equals factor.Id
            where factor.PersonId == personId
            orderby row.Id descending
            select row).FirstAsync();
        return MessageCode.Derive(App.Services.GetRequiredService<Sealer>(), challenge)!;
    }

    /// <summary>The mails to an address, newest first, after everything that is due has left.</summary>
    public async Task<IReadOnlyList<MailMessage>> MailsToAsync(string address)
    {
        await App.Services.GetRequiredService<MailDispatcher>().SendDueAsync(CancellationToken.None);
        await using var database = OpenDatabase();
        // The dispatcher of the background may be in the middle of one.
        await Arrivals.WhileAsync(() => database.OutgoingMails.AnyAsync(mail => mail.Status == OutgoingMailStatus.Waiting));
        return [.. App.Services.GetRequiredService<DevelopmentMailbox>().List().Where(mail => mail.To == address)];
    }

    /// <summary>The texts to a number, after everything that is due has left.</summary>
    public async Task<IReadOnlyList<string>> TextsToAsync(string number)
    {
        await using var database = OpenDatabase();
        await Arrivals.WhileAsync(() => database.OutgoingTexts.AnyAsync(text => text.Status == OutgoingTextStatus.Waiting));
        return
        [
            .. App.Services.GetRequiredService<DevelopmentOutboxReader>().List().Where(text => text.To == number).Select(text => text.Text),
        ];
    }

    /// <summary>What the person's authenticator app shows now (a pending enrolment counts).</summary>
    public async Task<string> AppCodeAsync(Guid personId, int stepsAhead = 0)
    {
        await using var database = OpenDatabase();
        var factor = await database.SecondFactors.AsNoTracking()
            .Where(row => row.PersonId == personId && row.Method == ProofMethod.AuthenticatorApp)
            .OrderByDescending(row => row.Id).FirstAsync();
        var seed = App.Services.GetRequiredService<Sealer>().Unprotect(factor.Context, factor.Protected)!;
        return AuthenticatorApp.Code(seed, Clock.GetUtcNow().AddSeconds(30 * stepsAhead));
    }

    /// <summary>Stores an enrolled authenticator app and saved recovery codes without going through the pages.</summary>
    public async Task EnrolAppAsync(Guid personId) =>
        await EnrolAsync(personId, ProofMethod.AuthenticatorApp, RandomNumberGenerator.GetBytes(20));

    public async Task EnrolPhoneAsync(Guid personId, string number = "+393331234567") =>
        await EnrolAsync(personId, ProofMethod.TextMessage, System.Text.Encoding.UTF8.GetBytes(number));

    private async Task EnrolAsync(Guid personId, ProofMethod method, byte[] secret)
    {
        var now = Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var sealer = App.Services.GetRequiredService<Sealer>();
        var number = method == ProofMethod.TextMessage
            ? SealedNumber.Of(id, System.Text.Encoding.ASCII.GetString(secret), sealer)
            : null;
        var factor = new SecondFactor
        {
            Id = id,
            PersonId = personId,
            Method = method,
            Protected = number?.Protected ?? sealer.Protect(SecondFactor.ContextOf(id), secret),
            NumberHash = number?.Hash,
            CreatedAt = now,
        };
        factor.Activate(now);
        await using var database = OpenDatabase();
        database.SecondFactors.Add(factor);
        (await database.Users.SingleAsync(person => person.Id == personId)).RecoveryCodesSaved(now);
        await database.SaveChangesAsync();
    }
}
