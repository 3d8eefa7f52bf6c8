using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>Whoever can write the database changes one cell of the record, and the row is named.</summary>
[Spec("S134")]
public sealed class AuditTamperingTests(AuditTamperingTests.Record record) : IClassFixture<AuditTamperingTests.Record>
{
    public static TheoryData<string> Columns => [.. typeof(SecurityEvent).GetProperties().Select(property => property.Name)];

    public static TheoryData<string> NullableColumns =>
    [
        .. typeof(SecurityEvent).GetProperties()
            .Where(property => Nullable.GetUnderlyingType(property.PropertyType) is not null || !property.PropertyType.IsValueType)
            .Select(property => property.Name),
    ];

    [Theory]
    [MemberData(nameof(Columns))]
    public Task One_changed_bit_of_any_column_names_the_row(string column) => NamesAsync(column, Changed);

    [Theory]
    [MemberData(nameof(NullableColumns))]
    public Task An_emptied_column_names_the_row(string column) => NamesAsync(column, _ => DBNull.Value);

    private async Task NamesAsync(string column, Func<object, object> change)
    {
        // A value of a cell can only be put back by a column that was not changed.
        var key = column == nameof(SecurityEvent.Id) ? nameof(SecurityEvent.Sequence) : nameof(SecurityEvent.Id);
        await using var database = record.Server.OpenDatabase();
        var at = await ReadAsync(database, key, nameof(SecurityEvent.Detail), "the fourth");
        var former = await ReadAsync(database, column, key, at);
        Assert.IsNotType<DBNull>(former);
        await WriteAsync(database, column, change(former), key, at);
        try
        {
            var id = await database.SecurityEvents.Where(row => row.Id == record.Fourth || row.Sequence == record.Place)
                .Select(row => row.Id).FirstAsync();
            var flaws = (await record.VerifyAsync()).Flaws;
            Assert.Contains(flaws, flaw => flaw.Row == id);
            Assert.All(
                flaws,
                flaw =>
                    Assert.True(flaw.Row == id || flaw == new AuditFlaw(AuditFlawKind.Deleted, record.Place, Row: null), flaw.ToString()));
        }
        finally
        {
            await WriteAsync(database, column, former, key, at);
        }

        Assert.True((await record.VerifyAsync()).IsSound);
    }

    private static object Changed(object value) => value switch
    {
        byte[] bytes => (byte[])[(byte)(bytes[0] ^ 1), .. bytes[1..]],
        string text => (char)(text[0] ^ 1) + text[1..],
        DateTime instant => instant.AddMilliseconds(1),
        DateTimeOffset instant => instant.AddMilliseconds(1),
        int number => number + 1,
        long number => number + 1000,
        _ => throw new InvalidOperationException($"No change for {value.GetType()}."),
    };

    private static async Task<object> ReadAsync(SsoDbContext database, string column, string key, object value)
    {
        await using var command = await CommandAsync(
            database, $"SELECT \"{column}\" FROM \"SecurityEvents\" WHERE \"{key}\" = @key", ("@key", value));
        return (await command.ExecuteScalarAsync())!;
    }

    private static async Task WriteAsync(SsoDbContext database, string column, object value, string key, object at)
    {
        await using var command = await CommandAsync(
            database, $"UPDATE \"SecurityEvents\" SET \"{column}\" = @value WHERE \"{key}\" = @key", ("@value", value), ("@key", at));
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private static async Task<DbCommand> CommandAsync(SsoDbContext database, string sql, params (string Name, object Value)[] parameters)
    {
        await database.Database.OpenConnectionAsync();
        var command = database.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>A record of ten sealed events, of which the fourth has every column filled.</summary>
    public sealed class Record : IAsyncLifetime
    {
        public SsoServer Server { get; } = new();

        public Guid Fourth { get; private set; }

        public long Place { get; private set; }

        public Task<AuditFindings> VerifyAsync() =>
            Server.App.Services.GetRequiredService<AuditVerification>().RunAsync(20, CancellationToken.None);

        public async ValueTask InitializeAsync()
        {
            await Server.InitializeAsync();
            await using var database = Server.OpenDatabase();
            for (var index = 1; index <= 10; index++)
            {
                var now = Server.Clock.GetUtcNow().AddSeconds(index);
                var item = new SecurityEvent(now, SecurityEventKind.SecondFactorFailed)
                {
                    PersonId = Guid.CreateVersion7(now),
                    SessionId = Guid.CreateVersion7(now),
                    ClientId = "shop",
                    Address = "192.0.2.7",
                    Detail = index == 4 ? "the fourth" : "another",
                    Method = ProofMethod.TextMessage,
                    Methods = new("0 2"),
                    Browser = "Firefox",
                    BrowserSystem = "Windows",
                    Reason = "wrong",
                    Changes = "{}",
                };
                item.Stamp("node:1", "command:root", $"request-{index}", address: null);
                Fourth = index == 4 ? item.Id : Fourth;
                database.SecurityEvents.Add(item);
            }

            await database.SaveChangesAsync();
            await Server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
            Place = (await database.SecurityEvents.AsNoTracking().SingleAsync(row => row.Id == Fourth)).Sequence!.Value;
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
