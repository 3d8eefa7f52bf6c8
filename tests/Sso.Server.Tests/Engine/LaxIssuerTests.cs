using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>An issuer is compared character by character; OpenIddict writes a slash behind one that has no path.</summary>
[OneDatabase]
public sealed class LaxIssuerTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [Spec("RFC 8414", "3.3")]
    public async Task The_metadata_name_the_issuer_as_it_was_configured(string document)
    {
        Assert.Equal(servers.Sso.Provider.Issuer, await IssuerAsync(servers.Sso));
        Assert.Equal(servers.Plain.Provider.Issuer + "/", await IssuerAsync(servers.Plain));

        async Task<string> IssuerAsync(Side side)
        {
            using var http = side.Provider.Connect();
            return JsonNode.Parse(await http.GetStringAsync(document))!["issuer"]!.GetValue<string>();
        }
    }

    [Fact]
    [Spec("RFC 9207", "2")]
    public async Task An_authorization_answer_names_it_as_it_was_configured()
    {
        Assert.Equal(servers.Sso.Provider.Issuer, await IssuerAsync(servers.Sso));
        Assert.Equal(servers.Plain.Provider.Issuer + "/", await IssuerAsync(servers.Plain));

        static async Task<string?> IssuerAsync(Side side)
        {
            var page = await side.SignInAsync(await side.RegisterAsync());
            Assert.NotNull(page.Code);
            return page.Parameter("iss");
        }
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("id_token")]
    [Spec("RFC 9068", "2.2")]
    [Spec("OIDC Core", "2")]
    public async Task A_token_names_it_as_it_was_configured(string kind)
    {
        Assert.Equal(servers.Sso.Provider.Issuer, await IssuerAsync(servers.Sso));
        Assert.Equal(servers.Plain.Provider.Issuer + "/", await IssuerAsync(servers.Plain));

        async Task<string> IssuerAsync(Side side) =>
            new JsonWebToken((await side.TokensAsync(await side.RegisterAsync())).Text(kind)).Issuer;
    }
}
