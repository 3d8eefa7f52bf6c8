using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>Two libraries of others register themselves, and a person signs in to what they registered (RFC 7591, RFC 7592).</summary>
[Spec("RFC 7591", "3")]
public sealed class RegistrationTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    [Spec("GE05")]
    [Spec("GE06")]
    [Spec("GE07")]
    public async Task Both_libraries_register_and_a_person_signs_in_after_consent()
    {
        const string Password = "a long pass phrase of rita";
        var token = JsonElement.Parse(await sso.RunAsync("", "registration-token", "add", "partner", "--uses", "3", "--json"));
        await sso.AddPersonAsync("rita", Password);

        var seen = await NodeScript.RunAsync("registration.mjs", new Dictionary<string, string>
        {
            ["ISSUER"] = sso.Issuer,
            ["TOKEN"] = token.GetProperty("value").GetString()!,
            ["REDIRECT_URI"] = $"http://localhost:{FreePorts.Take()}/callback",
            ["USERNAME"] = "rita",
            ["PASSWORD"] = Password,
        });

        Assert.StartsWith("dyn-", seen.GetProperty("clientId").GetString(), StringComparison.Ordinal);
        Assert.Equal("rita@example.com", seen.GetProperty("email").GetString());
        Assert.True(seen.GetProperty("warned").GetBoolean());
        Assert.Equal("/consent", Words(seen, "pages")[^1]);
        Assert.Equal(["200", "200", "Another name", "204", "401"], Words(seen, "managed"));
        Assert.Equal(["none", "invalid_client_metadata"], Words(seen, "webapi"));
        Assert.Empty(Words(seen, "htmlProblems"));
        var listed = JsonElement.Parse(await sso.RunAsync("", "registration-token", "list", "--json"));
        Assert.Equal(2, listed[0].GetProperty("uses").GetInt32());
    }

    private static List<string> Words(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(word => word.ToString())];
}
