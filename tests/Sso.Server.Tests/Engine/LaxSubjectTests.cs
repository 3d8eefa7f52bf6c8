using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>OpenIddict calls a person by one name everywhere. What Sso does, <c>PairwiseSubjectTests</c> shows.</summary>
[Spec("OIDC Core", "8")]
[OneDatabase]
public sealed class LaxSubjectTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    public async Task Two_sectors_cannot_find_out_that_they_speak_of_one_person()
    {
        var (shop, other) = (await NamesAsync(servers.Extended, "shop.example"), await NamesAsync(servers.Extended, "other.example"));

        Assert.Empty(shop.Intersect(other));
        Assert.Equal(await NamesAsync(servers.Plain, "shop.example"), await NamesAsync(servers.Plain, "other.example"));
    }

    [Fact]
    public async Task One_sector_knows_a_person_by_one_name_everywhere_and_after_a_refresh()
    {
        var names = (await NamesAsync(servers.Extended, "shop.example")).Concat(await NamesAsync(servers.Extended, "shop.example"));

        Assert.Single(names.Distinct());
    }

    /// <summary>As the client reads it in its tokens, at userinfo and at introspection, before a refresh and after it.</summary>
    private static async Task<List<string?>> NamesAsync(Side side, string sector)
    {
        var shop = await side.RegisterAsync(client => client.Sector = sector);
        var first = await side.TokensAsync(shop);
        var names = new List<string?>();
        foreach (var tokens in (TokenAnswer[])[first, await shop.RefreshAsync(first.RefreshToken)])
        {
            names.AddRange(
            [
                tokens.IdToken.Subject,
                new JsonWebToken(tokens.AccessToken).Subject,
                (await shop.UserInfoAsync(tokens.AccessToken)).Body.GetProperty("sub").GetString(),
                (await shop.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("sub").GetString(),
                (await shop.IntrospectAsync(tokens.RefreshToken)).Body.GetProperty("sub").GetString(),
            ]);
        }

        return names;
    }
}
