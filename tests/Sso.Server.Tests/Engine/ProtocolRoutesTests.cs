using Microsoft.AspNetCore.Routing;
using Sso.Server.Engine;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>Every route of the protocol, and what serves it.</summary>
[OneDatabase]
public sealed class ProtocolRoutesTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string OpenIddict = "OpenIddict";
    private const string Ours = "a handler of ours";

    [Fact]
    public void Each_route_of_the_protocol_is_served_by_one_of_the_two()
    {
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["/.well-known/change-password"] = Ours,
            ["/.well-known/jwks"] = OpenIddict,
            ["/.well-known/oauth-authorization-server"] = OpenIddict,
            ["/.well-known/openid-configuration"] = OpenIddict,
            ["/.well-known/security.txt"] = Ours,
            ["/.well-known/webfinger"] = Ours,
            ["/connect/authorize"] = OpenIddict,
            ["/connect/authorize/continue"] = OpenIddict,
            ["/connect/checksession"] = OpenIddict,
            ["/connect/ciba"] = OpenIddict,
            ["/connect/device"] = OpenIddict,
            ["/connect/introspect"] = OpenIddict,
            ["/connect/logout"] = OpenIddict,
            ["/connect/par"] = OpenIddict,
            ["/connect/register"] = OpenIddict,
            ["/connect/register/{clientId}"] = OpenIddict,
            ["/connect/revoke"] = OpenIddict,
            ["/connect/token"] = OpenIddict,
            ["/connect/userinfo"] = OpenIddict,
        };

        Assert.Equal(expected, Routes());
    }

    private SortedDictionary<string, string> Routes() => new(
        ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => (
                Path: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'),
                By: endpoint.Metadata.GetMetadata<ProtocolRoute>() is null ? Ours : OpenIddict))
            .Where(route => route.Path.StartsWith("/connect/", StringComparison.Ordinal)
                || route.Path.StartsWith("/.well-known/", StringComparison.Ordinal))
            .Distinct().ToDictionary(route => route.Path, route => route.By),
        StringComparer.Ordinal);
}
