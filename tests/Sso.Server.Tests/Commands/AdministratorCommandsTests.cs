using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

public sealed class AdministratorCommandsTests(CommandLine sso) : IClassFixture<CommandLine>
{
    [Fact]
    [Spec("S9")]
    public async Task A_link_is_printed_until_there_has_been_an_administrator()
    {
        Assert.Equal(0, (await sso.RunAsync("db", "migrate")).Code);
        var link = (await sso.RunAsync("admin", "link", "--json")).Json.GetProperty("link").GetString()!;
        Assert.StartsWith("https://sso.test/console/setup?link=", link, StringComparison.Ordinal);
        Assert.Contains("15 minutes", (await sso.RunAsync("admin", "link")).Output, StringComparison.Ordinal);
        var none = await sso.RunAsync("admin", "list");
        Assert.Contains("sso admin link", none.Output + none.Error, StringComparison.Ordinal);

        Assert.Equal(
            0,
            (await sso.RunWithInputAsync(
                "una lunga frase segreta", "user", "add", "anna", "--email", "anna@example.it", "--password-stdin")).Code);
        var bare = await sso.RunAsync("admin", "invite", "anna", "--role", "owner");
        Assert.Equal(1, bare.Code);
        Assert.Contains("authenticator app", bare.Error, StringComparison.Ordinal);
        var file = Path.Combine(sso.Database.Folder, "people.jsonl");
        await File.WriteAllTextAsync(
            file, """{"user_name":"eva","email":"eva@example.it","totp_secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}""");
        Assert.Equal(0, (await sso.RunAsync("user", "import", file)).Code);
        Assert.Equal(0, (await sso.RunAsync("admin", "invite", "eva", "--role", "owner")).Code);
        var listed = (await sso.RunAsync("admin", "list", "--json")).Json[0];
        Assert.Equal(("eva", "owner"), (listed.GetProperty("user_name").GetString(), listed.GetProperty("role").GetString()));
        Assert.StartsWith("command:", listed.GetProperty("created_by").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await sso.RunAsync("admin", "link")).Code);

        var refused = await sso.RunAsync("admin", "remove", "eva");
        Assert.Equal(1, refused.Code);
        Assert.Contains("only owner", refused.Error, StringComparison.Ordinal);
        Assert.Contains(
            "--application", (await sso.RunAsync("admin", "invite", "eva", "--role", "owner", "--application", "none")).Error,
            StringComparison.Ordinal);
    }
}
