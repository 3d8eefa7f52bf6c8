using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>A setting that cannot be run with ends the start in sentences that name it, and in no stack trace.</summary>
[Spec("S142")]
public sealed class RefusedSettingsTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync("Sqlite");

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("Delivery:ReceiptWait", "--Delivery:ReceiptWait=00:00:01")]
    [InlineData("Delivery:ReceiptWait", "--Delivery:ReceiptWait=soon")]
    [InlineData("Delivery:Routes names \"pigeon\"", "--Delivery:Routes:0=pigeon")]
    [InlineData("Delivery:Prices:IT", "--Delivery:Prices:IT=0")]
    [InlineData("Delivery:Limits:PerHour", "--Delivery:Limits:PerHour=many")]
    [InlineData("Vonage:ApplicationId", "--Delivery:Routes:0=vonage-messages", "--Delivery:From:default=Nuvola")]
    [InlineData("Mail:Port", "--Mail:Host=relay.example", "--Mail:From=a@b.example", "--Mail:Port=0")]
    [InlineData("Tokens:AccessTokenLifetime", "--Tokens:AccessTokenLifetime=long")]
    [InlineData("Sso:SecurityContacts", "--Sso:SecurityContacts:0=security@nuvola.example")]
    [InlineData("Sso:SecurityPolicy", "--Sso:SecurityPolicy=http://nuvola.example")]
    [InlineData("Limits:Pushes", "--Limits:Pushes=few")]
    public async Task The_start_ends_in_one_clear_line(string names, params string[] settings)
    {
        using var server = new ServerProcess(_database);
        var (code, said) = await server.RunAsync(["serve", .. settings]);

        Assert.Equal(1, code);
        Assert.Contains(names, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n'), line => line.Contains(names, StringComparison.Ordinal));
    }
}
