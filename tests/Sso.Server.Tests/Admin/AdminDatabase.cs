using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sso.Accounts;
using Sso.Accounts.Passwords;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Outgoing;
using Sso.Admin.Registrations;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Keys;
using Sso.Data.Secrets;
using Sso.Delivery;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>The operations on a fresh database, with a clock that tests move.</summary>
public sealed class AdminDatabase : IAsyncLifetime
{
    private TestDatabase? _database;
    private ServiceProvider? _services;

    public FakeClock Clock { get; } = new();

    public SlowWorkGuard SlowWork { get; } = new();

    /// <summary>What names resolve to; every other one to nothing.</summary>
    public Dictionary<string, IPAddress[]> Names { get; } = [];

    /// <summary>What is published at which address.</summary>
    public Dictionary<string, byte[]> Documents { get; } = [];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _services = _database.Services()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(WrappingKey.FromPassphrase("a passphrase of the tests"))
            .AddSingleton<DataKeyRing>().AddSingleton<Sealer>().AddSingleton<SigningKeyFactory>()
            .AddSingleton(new PhoneNumbers(Options.Create(new DeliveryOptions())))
            .AddSingleton<DocumentFetch>((address, _, _, _) => Task.FromResult(Documents.GetValueOrDefault(address)))
            .AddSsoAdmin().AddSsoAccounts()
            .AddSingleton(new PasswordSettings(AccountDemandsSecondFactor: true, "Nuvola")).AddSingleton(new KeyOptions { RsaBits = 2048 })
            .AddOutgoingAddresses("https://sso.test").AddSingleton(new OutgoingOptions()).AddSingleton(new RegistrationPolicy())
            .AddSingleton<NameLookup>((host, _) => Task.FromResult(Names.GetValueOrDefault(host, [])))
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services!.DisposeAsync();
        await _database!.DisposeAsync();
        SlowWork.Dispose();
        SlowWork.Verify();
    }

    /// <summary>A row as it may stand there.</summary>
    public static ClientRegistration Row(string id) => new()
    {
        Id = id,
        Name = id,
        CreatedAt = default,
        AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
        RedirectUris = [$"https://{id}.example/cb"],
        GrantTypes = [GrantTypes.AuthorizationCode],
        Scopes = [.. Scopes.Identity],
    };

    /// <summary>Each operation in a scope of its own, as a request or a command has it.</summary>
    public async Task<TResult> RunAsync<TOperation, TResult>(Func<TOperation, Task<TResult>> run)
        where TOperation : notnull
    {
        await using var scope = _services!.CreateAsyncScope();
        return await SlowWork.RunAsync(() => run(scope.ServiceProvider.GetRequiredService<TOperation>()));
    }

    public async Task<TResult> ReadAsync<TResult>(Func<SsoDbContext, Task<TResult>> read)
    {
        await using var database = await _services!.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContextAsync();
        return await read(database);
    }

    public Task WriteAsync(params object[] rows) => ReadAsync(async database =>
    {
        database.AddRange(rows);
        return await database.SaveChangesAsync();
    });

    public Task<(long Clients, long Keys)> VersionAsync() => ReadAsync(async database =>
    {
        var row = await database.ConfigurationVersions.SingleAsync();
        return (row.Clients, row.Keys);
    });
}
