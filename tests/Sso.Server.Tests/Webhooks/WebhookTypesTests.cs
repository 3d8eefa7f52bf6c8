using System.Globalization;
using System.Text;
using System.Text.Json;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol;
using Sso.Server.Tests.Account;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Webhooks;

/// <summary>Every kind of event as receivers read it: published names, and members that the page of webhooks tells.</summary>
[OneDatabase]
public sealed class WebhookTypesTests
{
    /// <summary>Of every event that has them; the table names the others.</summary>
    private static readonly string[] Common = ["event_id", "address", "actor", "request"];

    [Fact]
    public void Every_kind_has_one_name_that_says_of_what_it_is()
    {
        Assert.Equal(Enum.GetValues<SecurityEventKind>(), WebhookType.All.Select(type => type.Kind));
        Assert.Equal(WebhookType.All.Length, WebhookType.All.Select(type => type.Name).Distinct().Count());
        Assert.All(WebhookType.All, type => Assert.Matches("^[a-z]+\\.[a-z_]+$", type.Name));
        Assert.All(WebhookType.All, type => Assert.Same(type, WebhookType.Find(type.Name)));
        Assert.DoesNotContain(WebhookMessage.TestType, WebhookType.All.Select(type => type.Name));
    }

    [Fact]
    public void Each_is_written_whole_with_its_facts_and_nothing_else()
    {
        var (at, person, session) = (DateTimeOffset.UnixEpoch, Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var item in Events(at, person, session))
        {
            item.Stamp("node:1", "command:root", "request-1", "192.0.2.9");
            var body = JsonElement.Parse(Encoding.UTF8.GetString(WebhookMessage.Of(item)));
            var data = body.GetProperty("data");

            Assert.Equal(["type", "timestamp", "data"], body.EnumerateObject().Select(member => member.Name));
            Assert.Equal(WebhookType.Of(item.Kind).Name, Text(body, "type"));
            Assert.Equal(at, body.GetProperty("timestamp").GetDateTimeOffset());
            Assert.Equal(item.PersonId?.ToString("N"), Text(data, "sub"));
            Assert.Equal(item.SessionId?.ToString("N"), Text(data, "sid"));
            Assert.Equal((item.ClientId, item.Detail, item.Reason), (Text(data, "client_id"), Text(data, "detail"), Text(data, "reason")));
            Assert.Equal(("command:root", "request-1", item.Address), (Text(data, "actor"), Text(data, "request"), Text(data, "address")));
            Assert.Equal(item.Changes, data.TryGetProperty("changes", out var changes) ? changes.GetRawText() : null);
        }
    }

    /// <summary>Run with SSO_WRITE_DOCS=1 to write the table.</summary>
    [Fact]
    public void The_page_of_webhooks_has_the_table()
    {
        var file = Path.Combine(Repository.Root, "docs", "webhooks.md");
        const string Head = "| type | what happened | kind | members of `data` |\n|---|---|---|---|\n";
        var page = File.ReadAllText(file);
        var at = page.IndexOf(Head, StringComparison.Ordinal);
        Assert.True(at > 0);
        var wanted = page[..(at + Head.Length)] + Table();
        if (Environment.GetEnvironmentVariable("SSO_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, wanted);
        }

        Assert.Equal(wanted, File.ReadAllText(file), ignoreLineEndingDifferences: true);
    }

    private static string Table()
    {
        var events = Events(DateTimeOffset.UnixEpoch, Guid.CreateVersion7(), Guid.CreateVersion7());
        var members = events.GroupBy(item => item.Kind).ToDictionary(
            group => group.Key,
            group => group.SelectMany(item => JsonElement.Parse(Encoding.UTF8.GetString(WebhookMessage.Of(item))).GetProperty("data")
                .EnumerateObject().Select(member => member.Name)).Distinct().Except(Common).ToList());
        var text = new StringBuilder();
        foreach (var type in WebhookType.All.OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{type.Name}` | {type.Says} | `{type.Kind}` | {string.Join(", ", members[type.Kind].Select(name => $"`{name}`"))} |\n");
        }

        return text.ToString();
    }

    /// <summary>By every factory, so of every kind.</summary>
    private static IEnumerable<SecurityEvent> Events(DateTimeOffset at, Guid person, Guid session) => EveryEventTests.Factories.Values
        .Select(factory => factory.Make(new(at, person, session, "shop", ProofMethod.AuthenticatorApp)));

    private static string? Text(JsonElement data, string member) => data.TryGetProperty(member, out var value) ? value.GetString() : null;
}
