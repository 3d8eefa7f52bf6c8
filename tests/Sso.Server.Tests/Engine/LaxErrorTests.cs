using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>
/// What is wrong with a request is told to the application; OpenIddict shows it to the person, who can do nothing about it.
/// </summary>
[OneDatabase]
public sealed class LaxErrorTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Theory]
    [InlineData("scope", "openid unheard-of", "invalid_scope")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("code_challenge", null, "invalid_request")]
    [Spec("RFC 6749", "4.1.2.1")]
    public async Task An_authorization_error_goes_to_the_redirect_URI(string parameter, string? value, string error)
    {
        var (ours, theirs) = (await SignInAsync(servers.Sso), await SignInAsync(servers.Plain));

        Assert.Equal((true, error), (ours.LeftSso, ours.Error));
        Assert.Equal((false, HttpStatusCode.BadRequest), (theirs.LeftSso, theirs.Status));

        async Task<Page> SignInAsync(Side side) => await side.SignInAsync(await side.RegisterAsync(), (parameter, value));
    }
}
