using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sso.Admin.Outgoing;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>The page of the doctor on which a mistyped host is found, with a resolver that knows one name.</summary>
public sealed class ClientDoctorHostsTests : IAsyncLifetime
{
    private readonly SsoServer _server = new()
    {
        MoreServices = services => services.Replace(ServiceDescriptor.Singleton<NameLookup>(
            (host, _) => Task.FromResult<IPAddress[]>(host == "app.nuvola.it" ? [IPAddress.Parse("10.0.0.7")] : []))),
    };

    public async ValueTask InitializeAsync() => await _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(AdministratorRole.Owner)]
    [InlineData(AdministratorRole.AppManager)]
    public async Task The_field_and_the_value_are_on_the_page_and_nothing_of_a_name_that_leads_somewhere(AdministratorRole role)
    {
        var shop = await _server.RegisterAsync("nuvola", client => (client.RedirectUris, client.BackchannelLogoutUri) = (
            ["https://app.nuvola.it/cb", "https://app.nuvla.it/cb", "http://localhost:3000/cb"], "https://app.nuvla.it/logout"));
        var page = await _server.OpenBrowser().OpenAsync(
            await _server.AddAdministratorAsync(role, shop.Id), $"/console/application/doctor?id={shop.Id}");

        var found = page.Document.QuerySelectorAll("[data-mistake=UnknownHost]");
        Assert.Equal(
            [
                ["redirect-uri", "https://app.nuvla.it/cb"],
                ["backchannel-logout-uri", "https://app.nuvla.it/logout", $"sso client set {shop.Id} --backchannel-logout-uri https://…"],
            ],
            found.Select(item => item.QuerySelectorAll("code").Select(code => code.TextContent)));
        Assert.All(found, item => Assert.Contains("non porta da nessuna parte", item.TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("10.0.0.7", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("app.nuvola.it", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }
}
