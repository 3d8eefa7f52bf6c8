using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.EntityFrameworkCore.Models;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>What is kept of a client, and where it is looked up.</summary>
public sealed class LaxRegistrationTests(TwoServers servers) : IClassFixture<TwoServers>
{
    /// <summary>RFC 6749 §10.10: what cannot be guessed needs no slow hash, which every request would pay for.</summary>
    [Fact]
    [Spec("RFC 6749", "10.10")]
    public async Task Of_a_secret_of_256_random_bits_the_SHA_256_is_stored()
    {
        var (ours, theirs) = (await servers.Sso.RegisterAsync(), await servers.Plain.RegisterAsync());
        await using var database = servers.Sso.Server.OpenDatabase();
        var stored = (await database.Clients.SingleAsync(client => client.Id == ours.Id, TestContext.Current.CancellationToken)).SecretHash;
        await using var services = servers.Plain.Services.CreateAsyncScope();
        var applications = services.ServiceProvider.GetRequiredService<DbContext>().Set<OpenIddictEntityFrameworkCoreApplication>();
        var derived = Convert.FromBase64String(
            (await applications.SingleAsync(client => client.ClientId == theirs.Id, TestContext.Current.CancellationToken)).ClientSecret!);

        Assert.Equal(32, Base64Url.DecodeFromChars(ours.Secret.AsSpan(ClientSecret.Prefix.Length)).Length);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(ours.Secret!)), stored);
        // A version, the hash, the rounds, the length of the salt, the salt, and what was derived.
        var rounds = BinaryPrimitives.ReadInt32BigEndian(derived.AsSpan(5));
        var salt = derived.AsSpan(13, BinaryPrimitives.ReadInt32BigEndian(derived.AsSpan(9)));
        Assert.Equal(10_000, rounds);
        Assert.Equal(Rfc2898DeriveBytes.Pbkdf2(theirs.Secret!, salt, rounds, HashAlgorithmName.SHA256, 32), derived[(13 + salt.Length)..]);
    }

    [Fact]
    [Spec("RFC 6749", "4.4")]
    public async Task A_known_client_gets_its_own_token_without_a_look_at_the_database()
    {
        Assert.Empty(await StatementsAsync(servers.Sso));
        Assert.Contains(
            await StatementsAsync(servers.Plain),
            statement => statement.StartsWith("SELECT", StringComparison.Ordinal)
                && statement.Contains("FROM \"OpenIddictApplications\"", StringComparison.Ordinal));

        static async Task<IEnumerable<string>> StatementsAsync(Side side)
        {
            var shop = await side.RegisterAsync();
            await AskAsync();
            using var statements = new StatementCounter(side.DatabaseName);
            await AskAsync();
            // What the plain host does for a request is not told apart by its counter.
            return side is SsoSide ? statements.Commands : statements.Commands.Concat(statements.BackgroundCommands);

            async Task AskAsync() => Assert.Equal(HttpStatusCode.OK, (await shop.TokenAsync(("grant_type", "client_credentials"))).Status);
        }
    }
}
