using System.Collections;
using System.Globalization;
using System.Resources;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sso.Accounts.Limits;
using Sso.Accounts.Localization;
using Sso.Accounts.Mails;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Delivery;
using Sso.Delivery.Mail;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests;

/// <summary>
/// All that can be done with accounts, on a fresh database and with a clock that tests move. There is no web server: mails and texts stay
/// in their queues, where tests read them.
/// </summary>
public class AccountsDatabase : IAsyncLifetime
{
    public const string Issuer = "https://sso.test";
    public const string Password = "una lunga frase segreta";
    public const string NewPassword = "un'altra frase, più lunga";
    public const string WrongPassword = "questa non è la password";

    /// <summary>One hash serves all people of the tests.</summary>
    private static readonly Lazy<string> PasswordHash = new(() => PasswordHashing.Hash(Password));

    private static readonly JsonSerializerOptions MailNames = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The name of each mail by its subject, to which only the brand is added.</summary>
    private static readonly Dictionary<string, string> MailNamesBySubject = Subjects();

    private static readonly string[] Prefixes =
    [
        "320", "327", "328", "329", "330", "333", "334", "335", "338", "339", "340", "345", "346", "347", "348", "349", "366", "368",
        "370", "371", "380", "388", "389", "391", "392", "393",
    ];

    private TestDatabase? _database;
    private ServiceProvider? _services;
    private int _people;
    private int _browsers;
    private int _numbers;

    public FakeClock Clock { get; } = new();

    public CapturedLog Log { get; } = new();

    public SlowWorkGuard SlowWork { get; } = new();

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>The configuration, where it is not the usual one.</summary>
    protected virtual Dictionary<string, string?> Settings => [];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(Settings)
        {
            ["Sso:Issuer"] = Issuer,
            ["Brand:Name"] = "Nuvola",
            ["Delivery:Routes:0"] = "outbox",
            ["Delivery:Outbox:Folder"] = Path.Combine(_database.Folder, "outbox"),
        }).Build();
        _services = _database.Services()
            .AddSingleton<TimeProvider>(Clock).AddLogging(logging => logging.AddProvider(Log))
            .AddSingleton<WrappingKey>(new NoWrapping()).AddSingleton<DataKeyRing>().AddSingleton<Sealer>().AddSingleton<AuditRetention>()
            .AddSingleton<IIssuerName>(new IssuerName())
            .AddSingleton(new BrandOptions { Name = "Nuvola" }).AddSingleton<BrandDirectory>()
            .AddSsoDelivery(configuration, new Developing())
            .AddSsoAccounts().AddSsoLimits(configuration).AddSignInSettings(configuration)
            .BuildServiceProvider();
        await _services.GetRequiredService<DataKeyRing>().LoadAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _services!.DisposeAsync();
        await _database!.DisposeAsync();
        SlowWork.Dispose();
        SlowWork.Verify();
        GC.SuppressFinalize(this);
    }

    public T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>Each act in a scope of its own, as a request has it.</summary>
    public async Task<TResult> RunAsync<TAct, TResult>(Func<TAct, Task<TResult>> run)
        where TAct : notnull
    {
        await using var scope = _services!.CreateAsyncScope();
        return await SlowWork.RunAsync(() => run(scope.ServiceProvider.GetRequiredService<TAct>()));
    }

    public async Task RunAsync<TAct>(Func<TAct, Task> run)
        where TAct : notnull
    {
        await using var scope = _services!.CreateAsyncScope();
        await SlowWork.RunAsync(() => run(scope.ServiceProvider.GetRequiredService<TAct>()));
    }

    public async Task<TResult> ReadAsync<TResult>(Func<SsoDbContext, Task<TResult>> read)
    {
        await using var database = await Get<IDbContextFactory<SsoDbContext>>().CreateDbContextAsync();
        return await read(database);
    }

    public Task WriteAsync(params object[] rows) => ReadAsync(async database =>
    {
        database.AddRange(rows);
        return await database.SaveChangesAsync();
    });

    /// <summary>A person with a password, a confirmed address and nothing else.</summary>
    public async Task<Customer> AddPersonAsync(string name, Action<Person>? change = null)
    {
        var userName = string.Create(CultureInfo.InvariantCulture, $"{name}{Interlocked.Increment(ref _people)}");
        var person = new Person
        {
            Id = Guid.CreateVersion7(Now),
            UserName = userName,
            NormalizedUserName = SignInName.Normalize(userName),
            Email = $"{userName}@example.it",
            NormalizedEmail = SignInName.Normalize($"{userName}@example.it"),
            EmailConfirmed = true,
            Locale = "it",
            PasswordHash = PasswordHash.Value,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        change?.Invoke(person);
        await WriteAsync(person);
        return new Customer(this, person.Id, person.UserName!, person.Email!);
    }

    /// <summary>Each has an address of its own, so that none is counted with another's.</summary>
    public Browser OpenBrowser()
    {
        var number = Interlocked.Increment(ref _browsers);
        return new(this) { Address = string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 250}.{number % 250}") };
    }

    /// <summary>Of a shop that wants a second factor, unless it is changed.</summary>
    public AuthorizationRequest Request(Action<Client>? change = null)
    {
        var client = new Client { Id = "shop", Name = "Shop", RedirectUris = ["https://shop.example/callback"] };
        change?.Invoke(client);
        return new()
        {
            FlowId = Guid.CreateVersion7(Now),
            ReceivedAt = Now,
            Client = client,
            RedirectUri = VerifiedRedirectUri.Match(client, client.RedirectUris[0])!,
            Scopes = ["openid"],
            Parameters = new(),
        };
    }

    /// <summary>A proved app or number, without the enrolment; recovery codes count as saved.</summary>
    internal async Task<Guid> AddFactorAsync(Customer customer, ProofMethod method, byte[] secret)
    {
        var id = Guid.CreateVersion7(Now);
        var sealer = Get<Sealer>();
        var number = method == ProofMethod.TextMessage
            ? SealedNumber.Of(id, Encoding.ASCII.GetString(secret), sealer)
            : null;
        var factor = new SecondFactor
        {
            Id = id,
            PersonId = customer.Id,
            Method = method,
            Protected = number?.Protected ?? sealer.Protect(SecondFactor.ContextOf(id), secret),
            NumberHash = number?.Hash,
            CreatedAt = Now,
        };
        factor.Activate(Now);
        await ReadAsync(async database =>
        {
            database.SecondFactors.Add(factor);
            (await database.Users.SingleAsync(person => person.Id == customer.Id)).RecoveryCodesSaved(Now);
            return await database.SaveChangesAsync();
        });
        return id;
    }

    /// <summary>Fifty wrong passwords in a row, under a name as they are counted.</summary>
    internal Task FillPasswordCounterAsync(string counted) => WriteAsync(new AttemptCounter
    {
        Key = LimitTable.Password.KeyOf(counted),
        Count = AttemptLimits.ClosedAt,
        WindowStart = Now,
        BlockedUntil = Now.AddDays(36_500),
        ExpiresAt = Now.AddDays(36_500),
    });

    /// <summary>Of many operators, since what all numbers of a prefix get is limited too.</summary>
    internal string NextNumber()
    {
        var number = Interlocked.Increment(ref _numbers);
        return string.Create(CultureInfo.InvariantCulture, $"+39{Prefixes[number % Prefixes.Length]}{1_000_000 + number}");
    }

    /// <summary>
    /// The mails to an address in the order of time, and by name where the clock stood still between them. What is written for show, and
    /// never leaves, is none.
    /// </summary>
    public async Task<List<(string Name, MailMessage Mail)>> MailsToAsync(string address)
    {
        var rows = await ReadAsync(database => database.OutgoingMails.AsNoTracking()
            .Where(row => row.Status != OutgoingMailStatus.Decoy).ToListAsync());
        return
        [
            .. from row in rows
               let mail = JsonSerializer.Deserialize<MailMessage>(
                   Get<Sealer>().Reveal(OutgoingMail.ContextOf(row.Id), row.Protected), MailNames)!
               where mail.To == address
               let name = MailNamesBySubject[mail.Subject.Split(" – ")[0]]
               orderby row.CreatedAt, name
               select (name, mail),
        ];
    }

    /// <summary>The secret of the latest link of this path in a mail to an address.</summary>
    public async Task<string> LinkAsync(string address, string path)
    {
        var start = $"{Issuer}{path}?link=";
        return (await MailsToAsync(address)).SelectMany(sent => sent.Mail.Text.Split('\n'))
            .Last(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..].Trim();
    }

    public Task<List<SecurityEvent>> EventsAsync(Guid personId) => ReadAsync(database => database.SecurityEvents.AsNoTracking()
        .Where(row => row.PersonId == personId).OrderBy(row => row.At).ThenBy(row => row.Kind).ToListAsync());

    private static Dictionary<string, string> Subjects()
    {
        const string Ending = "Subject";
        var texts = new ResourceManager("Sso.Accounts.Mails.SecurityMails", typeof(SecurityMails).Assembly);
        return Languages.Supported
            .SelectMany(language => texts.GetResourceSet(language, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>())
            .Where(entry => ((string)entry.Key).EndsWith(Ending, StringComparison.Ordinal))
            .ToDictionary(entry => (string)entry.Value!, entry => ((string)entry.Key)[..^Ending.Length]);
    }

    private sealed class IssuerName : IIssuerName
    {
        public string Value => Issuer;
    }

    /// <summary>How data keys are wrapped is proved in Sso.Data.Tests, and takes longer than a test here.</summary>
    private sealed class NoWrapping : WrappingKey
    {
        public override byte[] Wrap(byte[] dataKey) => dataKey;

        public override byte[] Unwrap(byte[] wrapped) => wrapped;
    }

    private sealed class Developing : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Development;

        public string ApplicationName { get; set; } = "accounts";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}

/// <summary>A person of a test.</summary>
public sealed record Customer(AccountsDatabase Accounts, Guid Id, string UserName, string Email)
{
    public async Task<Customer> WithAppAsync()
    {
        await Accounts.AddFactorAsync(this, ProofMethod.AuthenticatorApp, RandomNumberGenerator.GetBytes(20));
        return this;
    }

    /// <param name="number">None: one that nobody else has, since texts are counted by number.</param>
    public async Task<Customer> WithPhoneAsync(string? number = null)
    {
        await Accounts.AddFactorAsync(this, ProofMethod.TextMessage, Encoding.ASCII.GetBytes(number ?? Accounts.NextNumber()));
        return this;
    }

    /// <summary>What the newest app shows, one that is being set up included.</summary>
    public async Task<string> AppCodeAsync(int stepsAhead = 0)
    {
        var factor = await Accounts.ReadAsync(database => database.SecondFactors.AsNoTracking()
            .Where(row => row.PersonId == Id && row.Method == ProofMethod.AuthenticatorApp).OrderByDescending(row => row.Id).FirstAsync());
        return AuthenticatorApp.Code(
            Accounts.Get<Sealer>().Reveal(factor.Context, factor.Protected), Accounts.Now.AddSeconds(30 * stepsAhead));
    }

    /// <summary>Six digits that no app of the person shows near this time.</summary>
    public async Task<string> WrongAppCodeAsync()
    {
        var near = new HashSet<string>();
        for (var step = -1; step <= 1; step++)
        {
            near.Add(await AppCodeAsync(step));
        }

        return Enumerable.Range(0, 4).Select(digit => new string((char)('0' + digit), 6)).First(code => !near.Contains(code));
    }

    /// <summary>The code of the latest text to one of the person's numbers, or of the latest mail.</summary>
    public async Task<string> SentCodeAsync() => MessageCode.Derive(Accounts.Get<Sealer>(), await Accounts.ReadAsync(database => (
        from row in database.MessageChallenges.AsNoTracking()
        join session in database.Sessions on row.SessionId equals session.Id
        where session.PersonId == Id
        orderby row.Id descending
        select row).FirstAsync()))!;

    public async Task<string> WrongSentCodeAsync() => await SentCodeAsync() == "000000" ? "111111" : "000000";

    public Task<Guid> FactorAsync(ProofMethod method) => Accounts.ReadAsync(database => database.SecondFactors.AsNoTracking()
        .Where(row => row.PersonId == Id && row.Method == method).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync());

    public Task<List<SecondFactor>> FactorsAsync() =>
        Accounts.ReadAsync(database => database.ActiveFactors(Id).AsNoTracking().OrderBy(row => row.Id).ToListAsync());

    public Task<Person> RowAsync() => Accounts.ReadAsync(database => database.Users.AsNoTracking().SingleAsync(person => person.Id == Id));

    /// <summary>What the person was told by mail: the names of <see cref="MailTable"/> as their texts have them.</summary>
    public async Task<List<string>> ToldAsync() => [.. (await Accounts.MailsToAsync(Email)).Select(sent => sent.Name)];

    public Task<string> LinkAsync(string path) => Accounts.LinkAsync(Email, path);

    /// <summary>What the person was told by text.</summary>
    public Task<List<TextNotice>> TextedAsync() => Accounts.ReadAsync(database => database.OutgoingTexts.AsNoTracking()
        .Where(row => row.PersonId == Id && row.Notice != null).OrderBy(row => row.CreatedAt).ThenBy(row => row.Notice)
        .Select(row => row.Notice!.Value).ToListAsync());

    /// <summary>How many codes left by text.</summary>
    public Task<int> CodesTextedAsync() => Accounts.ReadAsync(database => (
        from text in database.OutgoingTexts
        join factor in database.SecondFactors on text.FactorId equals factor.Id
        where factor.PersonId == Id
        select text).CountAsync());

    public async Task<List<SecurityEventKind>> EventsAsync() => [.. (await Accounts.EventsAsync(Id)).Select(row => row.Kind)];
}
