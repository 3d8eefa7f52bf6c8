using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server;
using Sso.Server.Polling;
using Sso.Testing;

namespace Sso.Benchmarks;

/// <summary>
/// The server on Kestrel in this process, loopback only, on a fresh database and the real clock; a request names the address it comes from.
/// </summary>
internal sealed partial class BenchmarkServer : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private int _address;

    private BenchmarkServer(TestDatabase database, WebApplication app, Uri issuer) => (_database, App, Issuer) = (database, app, issuer);

    public WebApplication App { get; }

    public Uri Issuer { get; }

    public static async Task<BenchmarkServer> StartAsync()
    {
        var database = await TestDatabase.CreateAsync();
        var issuer = $"http://localhost:{FreePorts.Take()}";
        var app = ServerApplication.Build(
            [
                $"--Sso:Issuer={issuer}",
                $"--urls={issuer}",
                $"--Database:Provider={database.Provider}",
                $"--Database:ConnectionString={database.ConnectionString}",
                $"--Secrets:PassphraseFile={database.PassphraseFile}",
                "--Delivery:Routes:0=outbox",
                $"--Delivery:Outbox:Folder={Path.Combine(database.Folder, "outbox")}",
                "--environment=Development",
            ],
            builder =>
            {
                builder.Services.AddTransient<IStartupFilter, VisitorAddress>();
                builder.Logging.ClearProviders();
            });
        await ServerApplication.PrepareAsync(app, CancellationToken.None);
        await app.StartAsync();
        return new(database, app, new Uri(issuer));
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        await _database.DisposeAsync();
    }

    public SsoDbContext OpenDatabase() => App.Services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();

    /// <summary>One connection, or as many as are asked for; neither cookies nor redirects are followed by themselves.</summary>
    public HttpClient Connect(int connections = 1) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = connections })
        {
            BaseAddress = Issuer,
        };

    /// <summary>An address that nobody used yet: limits of one address are not what is measured.</summary>
    public string NextAddress()
    {
        var number = Interlocked.Increment(ref _address);
        return $"2001:db8:{number >> 16:x}:{number & 0xffff:x}::1";
    }

    public async Task<IReadOnlyList<string>> AddPeopleAsync(string name, int count, Action<Person>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var people = Enumerable.Range(0, count).Select(number =>
        {
            var userName = $"{name}{number}";
            var person = new Person
            {
                Id = Guid.CreateVersion7(now),
                UserName = userName,
                NormalizedUserName = SignInName.Normalize(userName),
                Email = $"{userName}@example.it",
                NormalizedEmail = SignInName.Normalize($"{userName}@example.it"),
                EmailConfirmed = true,
                PasswordHash = SsoServer.HashOfPassword,
                CreatedAt = now,
                UpdatedAt = now,
            };
            change?.Invoke(person);
            return person;
        }).ToList();
        await using var database = OpenDatabase();
        database.Users.AddRange(people);
        await database.SaveChangesAsync();
        return [.. people.Select(person => person.UserName!)];
    }

    /// <summary>A client that takes the password alone, so that what is measured is ours and not a second factor.</summary>
    public async Task<(string Id, string Secret)> AddClientAsync(params string[] grants)
    {
        var secret = ClientSecret.New();
        await using var database = OpenDatabase();
        database.Clients.Add(new ClientRegistration
        {
            Id = "bench",
            Name = "Bench",
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecretPost,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            SecretHash = ClientSecret.HashOf(secret),
            RedirectUris = ["https://bench.example/callback"],
            GrantTypes = [.. grants],
            Scopes = [.. Scopes.Identity, "api"],
            SecondFactor = SecondFactorPolicy.None,
            IdTokenSigningAlgorithm = SigningAlgorithms.ES256,
            RequirePkce = false,
        });
        await database.SaveChangesAsync();
        await database.RaiseClientsVersionAsync(CancellationToken.None);
        await App.Services.GetRequiredService<ConfigurationPolling>().PollAsync(CancellationToken.None);
        return ("bench", secret);
    }

    /// <summary>A page that was opened: its forms can be posted again and again.</summary>
    public async Task<OpenPage> OpenAsync(HttpClient client, string url, Dictionary<string, string>? cookies = null)
    {
        cookies ??= [];
        for (var hop = 0; hop < 6; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            using var answer = await client.SendAsync(request);
            OpenPage.Keep(cookies, answer);
            if (answer.Headers.Location is not { } location)
            {
                var text = await answer.Content.ReadAsStringAsync();
                return new(url, cookies, Antiforgery().Match(text).Groups[1].Value);
            }

            url = new Uri(Issuer, location).PathAndQuery;
        }

        throw new InvalidOperationException("Too many redirects, last to " + url);
    }

    [GeneratedRegex("__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}

/// <summary>The address of a page, the cookies it came with and the value of its forms.</summary>
internal sealed record OpenPage(string Url, Dictionary<string, string> Cookies, string Value)
{
    public static void Keep(Dictionary<string, string> cookies, HttpResponseMessage answer)
    {
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            cookies[pair[0]] = pair[1];
        }
    }

    public HttpRequestMessage Post(string address, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Url)
        {
            Content = new FormUrlEncodedContent(
                fields.Append((Name: "__RequestVerificationToken", Value)).Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        request.Headers.Add(VisitorAddress.Header, address);
        return request;
    }
}
