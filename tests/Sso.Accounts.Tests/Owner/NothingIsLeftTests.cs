using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Owner;

/// <summary>
/// The model says which tables refer to a person, so that a new one cannot be forgotten: each has a row here, and after the deletion none.
/// </summary>
[Spec("S139")]
public sealed class NothingIsLeftTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    /// <summary>What stays, and why.</summary>
    private static readonly Dictionary<Type, string> Stays = new()
    {
        [typeof(SecurityEvent)] = "the audit chain needs each row; they name a random subject, and their addresses are erased",
        [typeof(LogoutNotice)] = "applications still have to hear that the session is over; kept for 30 days",
    };

    /// <summary>What refers to a person by something that is theirs: a factor, a session.</summary>
    private static readonly string[] Indirect = ["FactorId", "SessionId", "PendingSessionId"];

    [Fact]
    public async Task Every_table_that_refers_to_a_person_is_emptied_of_them_or_says_why_not()
    {
        var ada = await accounts.AddPersonAsync("ada");
        var referring = await accounts.ReadAsync(database => Task.FromResult(Referring(database.Model)));
        Assert.Contains(typeof(Session), referring.Select(type => type.ClrType));
        Assert.Contains(typeof(MessageChallenge), referring.Select(type => type.ClrType));
        var factor = await accounts.AddFactorAsync(ada, ProofMethod.TextMessage, "+393331234567"u8.ToArray());
        var gone = referring.Where(type => !Stays.ContainsKey(type.ClrType)).ToList();
        foreach (var type in gone)
        {
            await accounts.ReadAsync(database => AddRowAsync(database, type, ada.Id, factor));
        }

        foreach (var type in gone)
        {
            Assert.True(await CountAsync(type, ada.Id, factor) > 0, $"{type.ClrType.Name} has no row to begin with.");
        }

        // Whose role is the first one is an owner, and the only one would stay.
        var other = await accounts.AddPersonAsync("eva");
        await accounts.WriteAsync(
            new Administrator { PersonId = other.Id, Role = AdministratorRole.Owner, CreatedAt = accounts.Now, CreatedBy = "a test" });
        Assert.False((await accounts.RunAsync<DeletePerson, Result<Person, Refusal>>(
            delete => delete.ExecuteAsync(ada.UserName, CancellationToken.None))).Failed(out _, out _));

        foreach (var type in gone)
        {
            Assert.True(await CountAsync(type, ada.Id, factor) == 0, $"{type.ClrType.Name} still refers to somebody who was deleted.");
        }
    }

    [Fact]
    public async Task What_stays_refers_to_a_person() => Assert.Empty(await accounts.ReadAsync(database => Task.FromResult(
        Stays.Keys.Except(Referring(database.Model).Select(type => type.ClrType)).ToList())));

    private static List<IEntityType> Referring(IModel model) =>
        [.. model.GetEntityTypes().Where(type => type.ClrType != typeof(Person) && References(type).Any())];

    private static IEnumerable<IProperty> References(IEntityType type) => type.GetProperties().Where(
        property => property.Name.EndsWith("PersonId", StringComparison.Ordinal) || Indirect.Contains(property.Name)
            || property.GetContainingForeignKeys().Any(key => key.PrincipalEntityType.ClrType == typeof(Person)));

    /// <summary>A row of this person, with whatever else the table demands.</summary>
    private static async Task<int> AddRowAsync(SsoDbContext database, IEntityType type, Guid personId, Guid factorId)
    {
        var row = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type.ClrType);
        foreach (var property in type.GetProperties().Where(property => !property.IsNullable && !property.IsShadowProperty()))
        {
            property.FieldInfo!.SetValue(row, Some(property));
        }

        foreach (var property in References(type))
        {
            property.FieldInfo!.SetValue(row, property.Name == "FactorId" ? factorId : personId);
        }

        database.Add(row);
        return await database.SaveChangesAsync();
    }

    private static object Some(IProperty property) => property.ClrType switch
    {
        var type when type == typeof(Guid) => Guid.CreateVersion7(),
        var type when type == typeof(string) => Convert.ToHexString(RandomNumberGenerator.GetBytes(1)),
        var type when type == typeof(byte[]) => RandomNumberGenerator.GetBytes(property.GetMaxLength() is { } most and <= 32
            ? most : 16),
        var type when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddYears(70),
        var type when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) =>
            type.GetField(nameof(ImmutableArray<int>.Empty))!.GetValue(null)!,
        var type when type.IsArray => Array.CreateInstance(type.GetElementType()!, 0),
        var type when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
        var type => Activator.CreateInstance(type)!,
    };

    private Task<int> CountAsync(IEntityType type, Guid personId, Guid factorId) => accounts.ReadAsync(async database =>
    {
        var count = 0;
        var rows = (IQueryable<object>)typeof(DbContext).GetMethod(nameof(DbContext.Set), [])!.MakeGenericMethod(type.ClrType)
            .Invoke(database, null)!;
        foreach (var row in await rows.ToListAsync())
        {
            count += References(type).Any(property => IsTheirs(database.Entry(row), property)) ? 1 : 0;
        }

        return count;

        bool IsTheirs(EntityEntry entry, IProperty property) =>
            entry.Property(property.Name).CurrentValue is Guid id && (id == personId || id == factorId);
    });
}
