using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.People;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Scim.ScimPeople;

namespace Sso.Server.Tests.Scim;

/// <summary>Finding people: <c>GET /Users</c>.</summary>
[Spec("RFC 7644", "3")]
public sealed class ScimListTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [InlineData("userName eq \"{0}\"", true)]
    [InlineData("USERNAME Eq \"{0}\"", true)]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"{0}\"", true)]
    [InlineData("userName sw \"trovabi\"", true)]
    [InlineData("emails eq \"{0}@example.it\"", true)]
    [InlineData("emails.value sw \"{0}@\"", true)]
    [InlineData("id eq \"{1}\"", true)]
    [InlineData("userName eq \"{0}\" and active eq true", true)]
    [InlineData("userName eq \"{0}\" and active eq false", false)]
    [InlineData("userName eq \"{0}\" and id eq \"x\"", false)]
    [InlineData("userName eq \"trovabi%\"", false)]
    [InlineData("userName sw \"trovabi_\"", false)]
    [InlineData("emails eq \"nessuno@example.it\"", false)]
    [Spec("RFC 7644", "3.4.2.2")]
    public async Task A_filter_finds_whom_it_describes(string filter, bool isFound)
    {
        var machine = await server.OpenPeopleAsync();
        var person = await server.AddPersonAsync("trovabile");
        var asked = filter.Replace("{0}", person.UserName, StringComparison.Ordinal)
            .Replace("{1}", person.Subject, StringComparison.Ordinal);
        var list = (await machine.GetAsync($"{Root}?filter={Uri.EscapeDataString(asked)}")).Json;
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:ListResponse", list["schemas"]![0]!.GetValue<string>());
        Assert.Equal(isFound, list["Resources"]!.AsArray().Any(user => user!["id"]!.GetValue<string>() == person.Subject));
        Assert.Equal(list["Resources"]!.AsArray().Count, list["totalResults"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("userName co \"a\"")]
    [InlineData("userName eq \"a\" or userName eq \"b\"")]
    [InlineData("externalId sw \"4711\"")]
    [InlineData("password eq \"x\"")]
    [InlineData("userName eq \"a\" and")]
    [InlineData("userName eq a")]
    [InlineData("userName eq \"\\ud800\"")]
    [InlineData("active sw true")]
    [InlineData("active eq \"true\"")]
    [InlineData("id sw \"a\"")]
    [InlineData("(userName eq \"a\")")]
    [InlineData("userName")]
    [Spec("RFC 7644", "3.4.2.2")]
    public async Task A_filter_that_is_not_supported_is_refused_as_such(string filter)
    {
        var machine = await server.OpenPeopleAsync();
        var answer = await machine.GetAsync($"{Root}?filter={Uri.EscapeDataString(filter)}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalidFilter"), (answer.Status, answer["scimType"]));
    }

    [Fact]
    [Spec("RFC 7644", "3.4.2.4")]
    public async Task A_list_comes_in_pages()
    {
        var machine = await server.OpenPeopleAsync();
        for (var number = 0; number < 4; number++)
        {
            await server.AddPersonAsync("seitenweise");
        }

        var filter = Uri.EscapeDataString("userName sw \"seitenweise\"");
        var seen = new List<string>();
        for (var start = 1; start <= 4; start += 2)
        {
            var page = (await machine.GetAsync($"{Root}?filter={filter}&startIndex={start}&count=2")).Json;
            Assert.Equal(
                (4, start, 2),
                (page["totalResults"]!.GetValue<int>(), page["startIndex"]!.GetValue<int>(), page["itemsPerPage"]!.GetValue<int>()));
            seen.AddRange(page["Resources"]!.AsArray().Select(user => user!["id"]!.GetValue<string>()));
        }

        Assert.Equal(4, seen.Distinct().Count());
        var none = (await machine.GetAsync($"{Root}?filter={filter}&startIndex=-3&count=-1")).Json;
        Assert.Equal(
            (4, 1, 0),
            (none["totalResults"]!.GetValue<int>(), none["startIndex"]!.GetValue<int>(), none["itemsPerPage"]!.GetValue<int>()));
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.GetAsync($"{Root}?count=x")).Status);
    }

    [Fact]
    [Spec("RFC 7644", "3.9")]
    public async Task Attributes_are_told_or_left_out_as_asked()
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await server.AddPersonAsync("ada");
        var some = (await machine.GetAsync($"{Root}/{ada.Subject}?attributes=userName,name.givenName")).Json;
        Assert.Equal(["id", "schemas", "userName"], some.Select(member => member.Key).Order(StringComparer.Ordinal));
        var rest = (await machine.GetAsync($"{Root}/{ada.Subject}?excludedAttributes=emails,meta,id")).Json;
        Assert.True(rest.ContainsKey("id") && !rest.ContainsKey("emails") && !rest.ContainsKey("meta"));
    }

    [Fact]
    [Spec("RFC 9865", "2")]
    public async Task A_list_of_any_length_is_read_from_cursor_to_cursor()
    {
        var machine = await server.OpenPeopleAsync();
        for (var number = 0; number < 5; number++)
        {
            await server.AddPersonAsync("stueckweise");
        }

        var filter = Uri.EscapeDataString("userName sw \"stueckweise\" and active eq true");
        var (cursor, seen) = ((string?)"", new List<string>());
        while (cursor is not null)
        {
            var page = (await machine.GetAsync($"{Root}?filter={filter}&count=2&cursor={cursor}")).Json;
            Assert.Equal((5, false), (page["totalResults"]!.GetValue<int>(), page.ContainsKey("startIndex")));
            seen.AddRange(page["Resources"]!.AsArray().Select(user => user!["id"]!.GetValue<string>()));
            cursor = page["nextCursor"]?.GetValue<string>();
        }

        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        var foreign = await machine.GetAsync($"{Root}?cursor=abc");
        Assert.Equal((HttpStatusCode.BadRequest, "invalidCursor"), (foreign.Status, foreign["scimType"]));
        var far = await machine.GetAsync($"{Root}?startIndex={SearchPeople.MostCounted + 1}");
        Assert.Equal((HttpStatusCode.BadRequest, "tooMany"), (far.Status, far["scimType"]));
    }

    [Fact]
    public async Task There_is_an_index_of_closed_accounts_by_their_keys_that_holds_no_others()
    {
        // That the index serves this condition and order, not what a search sends.
        Assert.SkipUnless(server.Database.Provider == "Sqlite", "The others choose their plan by what a table holds.");
        await using var database = server.OpenDatabase();
        await using var command = database.Database.GetDbConnection().CreateCommand();
        await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        command.CommandText =
            """EXPLAIN QUERY PLAN SELECT * FROM "People" AS "p" WHERE "p"."DisabledAt" IS NOT NULL ORDER BY "p"."Id" LIMIT 101""";
        await using var plan = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await plan.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains("USING INDEX IX_People_Id", plan.GetString(3), StringComparison.Ordinal);
        Assert.False(await plan.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_may_begin_with_the_last_of_all_characters_or_with_anything()
    {
        var machine = await server.OpenPeopleAsync();
        foreach (var beginning in (string[])["\U0010FFFF", ""])
        {
            var answer = await machine.GetAsync($"{Root}?count=1&filter={Uri.EscapeDataString($"userName sw \"{beginning}\"")}");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }
    }

    [Fact]
    public async Task Nothing_of_how_somebody_signs_in_is_told()
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await server.EnrolPhoneAsync(ada.Id);
        var told = (await machine.GetAsync($"{Root}/{ada.Subject}")).Text;
        foreach (var word in (string[])["password", "factor", "phone", "333123", "totp", "passkey", "recovery"])
        {
            Assert.DoesNotContain(word, told, StringComparison.OrdinalIgnoreCase);
        }
    }
}
