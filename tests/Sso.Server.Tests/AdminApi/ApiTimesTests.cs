using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Server.Api;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>All times of the API have one precision, so that what was just made is told as it is read later.</summary>
public sealed partial class ApiTimesTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task What_an_answer_to_a_post_says_of_times_is_what_is_read_later()
    {
        server.Clock.Advance(TimeSpan.FromTicks(1_239_877));
        var machine = await ApiMachine.OpenAsync(server, [.. ApiScopes.All]);
        var application = await machine.PostAsync("/api/admin/v1/applications", new JsonObject
        {
            ["client_id"] = "orologio",
            ["name"] = "Orologio",
            ["type"] = "web",
            ["second_factor"] = "required",
            ["redirect_uris"] = new JsonArray("https://orologio.example/cb"),
        });
        var person = await machine.PostAsync(
            "/api/admin/v1/people",
            new JsonObject { ["user_name"] = "ora", ["email"] = "ora@example.it", ["email_verified"] = true });
        var webhook = await machine.PostAsync("/api/admin/v1/webhooks", new JsonObject
        {
            ["url"] = "https://8.8.8.8/hook",
            ["events"] = new JsonArray("person.deleted"),
        });
        var resource = await machine.PostAsync(
            "/api/admin/v1/resources",
            new JsonObject { ["resource"] = "urn:ora", ["name"] = "Ora", ["scopes"] = new JsonArray("ora.leggi") });
        foreach (var (made, path) in ((JsonNode, string)[])
        [
            (application.Json["application"]!, "/api/admin/v1/applications/orologio"),
            (person.Json, $"/api/admin/v1/people/{person["sub"]}"),
            (webhook.Json["webhook"]!, $"/api/admin/v1/webhooks/{webhook.Json["webhook"]!["id"]}"),
            (resource.Json, "/api/admin/v1/resources/urn%3Aora"),
        ])
        {
            var read = await machine.GetAsync(path);
            Assert.Equal(Times(made), Times(read.Json));
            Assert.NotEmpty(Times(made));
            Assert.All(Times(made), time => Assert.Matches(ToTheMillisecond(), time));
        }

        await server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
        foreach (var path in (string[])
            ["/api/admin/v1/audit/events", "/api/admin/v1/applications/orologio/secrets", "/scim/v2/Users", "/api/admin/v1/people"])
        {
            var times = Times((await machine.GetAsync(path)).Json);
            Assert.NotEmpty(times);
            Assert.All(times, time => Assert.Matches(ToTheMillisecond(), time));
        }
    }

    /// <summary>Of those that no request here brings about, too.</summary>
    [Fact]
    public void Every_time_of_every_answer_is_written_by_the_one_converter()
    {
        var answers = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>()?.Answer?.Type).OfType<JsonTypeInfo>();
        var (seen, times) = (new HashSet<Type>(), 0);
        foreach (var answer in answers)
        {
            Look(answer);
        }

        Assert.True(times > 15, $"{times} times");

        void Look(JsonTypeInfo type)
        {
            if (!seen.Add(type.Type))
            {
                return;
            }

            if (type.ElementType is { } item)
            {
                Look(type.Options.GetTypeInfo(item));
            }

            foreach (var property in type.Properties)
            {
                Assert.NotEqual(typeof(DateTime), Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
                if ((Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(DateTimeOffset))
                {
                    times++;
                    Assert.Null(property.CustomConverter);
                    Assert.IsType<WrittenTime>(property.Options.GetConverter(typeof(DateTimeOffset)));
                }
                else
                {
                    Look(property.Options.GetTypeInfo(property.PropertyType));
                }
            }
        }
    }

    private static List<string> Times(JsonNode? node) => node switch
    {
        JsonObject members => [.. members.OrderBy(member => member.Key, StringComparer.Ordinal).SelectMany(member => Times(member.Value))],
        JsonArray items => [.. items.SelectMany(Times)],
        JsonValue value when value.TryGetValue<string>(out var text) && Beginning().IsMatch(text) => [text],
        _ => [],
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex ToTheMillisecond();
}
