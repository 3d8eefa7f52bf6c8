using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

public sealed class BrandCommandsTests(CommandLine sso) : IClassFixture<CommandLine>
{
    [Fact]
    public async Task A_brand_is_added_with_its_logo_shown_with_its_contrasts_changed_and_removed()
    {
        var file = Path.Combine(sso.Database.Folder, "logo.svg");
        await File.WriteAllTextAsync(
            file, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><script/><rect/></svg>",
            TestContext.Current.CancellationToken);

        var added = await sso.RunAsync(
            "brand", "add", "lago", "--name", "Lago", "--accent", "#1F6F8B", "--radius",
            "0", "--logo", file, "--privacy-url", "https://lago.example/privacy",
            "--sender-name", "Lago clienti", "--support", "+39 02 1234567", "--host", "login.lago.example", "--json");

        Assert.Equal((0, ""), (added.Code, added.Error));
        Assert.Equal("#1f6f8b", added.Json.GetProperty("light").GetProperty("accent").GetString());
        Assert.StartsWith("svg,", added.Json.GetProperty("logo").GetString(), StringComparison.Ordinal);

        var changed = await sso.RunAsync("brand", "set", "lago", "--tint", "#fafafa", "--logo", "", "--host", "", "--json");
        Assert.Equal("#fafafa", changed.Json.GetProperty("tint").GetString());
        Assert.False(changed.Json.TryGetProperty("logo", out _));
        Assert.Equal(0, changed.Json.GetProperty("hosts").GetArrayLength());
        Assert.Equal(
            (0, "Lago clienti"), (changed.Json.GetProperty("radius").GetInt32(), changed.Json.GetProperty("sender_name").GetString()));

        Assert.Contains("#1f6f8b, text #ffffff 5.", (await sso.RunAsync("brand", "show", "lago")).Output, StringComparison.Ordinal);
        Assert.Contains("Lago", (await sso.RunAsync("brand", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await sso.RunAsync("brand", "remove", "lago")).Code);
        Assert.Equal(1, (await sso.RunAsync("brand", "show", "lago")).Code);
    }

    [Fact]
    [Spec("U57")]
    public async Task A_colour_without_contrast_is_refused_with_its_ratio_and_the_nearest_shade()
    {
        var refused = await sso.RunAsync("brand", "add", "grigio", "--name", "Grigio", "--accent", "#777777");
        Assert.Equal(1, refused.Code);
        Assert.Matches(@"accent: .*4\.\d\d:1.*\n.*#[0-9a-f]{6}", refused.Error);
        Assert.Equal(
            1, (await sso.RunAsync("brand", "add", "notte", "--name", "Notte", "--accent", "#1f6f8b", "--dark-accent", "#101020")).Code);
        Assert.Equal(1, (await sso.RunAsync("brand", "add", "buio", "--name", "Buio", "--accent", "#1f6f8b", "--tint", "#333333")).Code);
    }

    [Theory]
    [InlineData("name", "--name", "A\nB")]
    [InlineData("accent", "--accent", "red")]
    [InlineData("radius", "--radius", "13")]
    [InlineData("privacy_url", "--privacy-url", "javascript:alert(1)")]
    [InlineData("contact_url", "--contact-url", "http://lago.example")]
    [InlineData("support_contact", "--support", "chiedi a noi")]
    [InlineData("sender_name", "--sender-name", "Lago <x@evil.example>")]
    [InlineData("hosts", "--host", "https://lago.example")]
    public async Task Each_value_has_its_type_and_a_refusal_names_it(string field, string option, string value)
    {
        string[] usual = option switch
        {
            "--name" => ["--accent", "#1f6f8b"],
            "--accent" => ["--name", "Lago"],
            _ => ["--name", "Lago", "--accent", "#1f6f8b"],
        };
        var refused = await sso.RunAsync(["brand", "add", "rifiutato", .. usual, option, value, "--json"]);
        Assert.Equal(field, refused.ErrorJson.GetProperty("problems")[0].GetProperty("field").GetString());
        Assert.Equal(1, (await sso.RunAsync("brand", "show", "rifiutato")).Code);
    }

    [Fact]
    public async Task A_client_gets_a_brand_and_a_brand_in_use_is_not_removed()
    {
        await sso.RunAsync("brand", "add", "mare", "--name", "Mare", "--accent", "#1f6f8b");
        await sso.RunAsync("client", "add", "barca", "--name", "Barca", "--type", "web", "--brand", "mare");

        Assert.Equal("mare", (await sso.RunAsync("client", "show", "barca", "--json")).Json.GetProperty("brand").GetString());
        Assert.Contains("barca", (await sso.RunAsync("brand", "remove", "mare")).Error, StringComparison.Ordinal);
        Assert.Equal(1, (await sso.RunAsync("client", "set", "barca", "--brand", "nessuno")).Code);
        Assert.Equal(0, (await sso.RunAsync("client", "set", "barca", "--brand", "")).Code);
        Assert.Equal(0, (await sso.RunAsync("brand", "remove", "mare")).Code);
    }

    [Fact]
    public async Task A_host_has_one_brand()
    {
        await sso.RunAsync("brand", "add", "uno", "--name", "Uno", "--accent", "#1f6f8b", "--host", "login.uno.example");
        var second = await sso.RunAsync(
            "brand", "add", "due", "--name", "Due", "--accent", "#1f6f8b", "--host", "LOGIN.uno.example", "--json");
        Assert.Equal("taken", second.ErrorJson.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_logo_that_cannot_be_read_is_said()
    {
        var missing = await sso.RunAsync("brand", "add", "senza", "--name", "Senza", "--accent", "#1f6f8b", "--logo", "/no/such/file.svg");
        Assert.Contains("The logo cannot be read", missing.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, missing.Code);
    }

    /// <summary>
    /// Root types a command that another account runs: the error names that account. A folder is refused as a foreign file is.
    /// </summary>
    [Fact]
    public async Task A_logo_that_the_account_may_not_read_is_said_with_the_account()
    {
        var refused = await sso.RunAsync(
            "brand", "add", "vietato", "--name", "Vietato", "--accent", "#1f6f8b", "--logo", Path.GetTempPath());
        Assert.Equal(2, refused.Code);
        Assert.Contains("The logo cannot be read: Access to the path", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"runs as {Environment.UserName}", string.Join(' ', refused.Error.Split()), StringComparison.Ordinal);
    }
}
