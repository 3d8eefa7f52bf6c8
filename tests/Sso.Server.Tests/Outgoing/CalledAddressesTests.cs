using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Tests.Admin;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Outgoing;

/// <summary>Addresses that the server would call, when they are saved: for every field of a registration that holds one.</summary>
[Spec("S122")]
[Spec("A30")]
[Spec("XP10")]
[OneDatabase]
public sealed class CalledAddressesTests(AdminDatabase administration) : IClassFixture<AdminDatabase>
{
    /// <summary>Where browsers are sent or people click: never called by the server.</summary>
    private static readonly string[] ForBrowsers =
    [
        nameof(Client.RedirectUris), nameof(Client.PostLogoutRedirectUris),
        nameof(Client.FrontchannelLogoutUri), nameof(Client.InitiateLoginUri),
        nameof(Client.PolicyUri), nameof(Client.TermsUri), nameof(Client.ClientUri),
    ];

    private static readonly string[] Ends = ["Uri", "Uris", "Url", "Endpoint"];

    /// <summary>Every other field that is named like an address. A new one is here by itself.</summary>
    public static TheoryData<string> Called => [.. typeof(Client).GetProperties().Select(property => property.Name).Where(name =>
        Ends.Any(end => name.EndsWith(end, StringComparison.Ordinal)) && !ForBrowsers.Contains(name))];

    [Theory, MemberData(nameof(HostileAddresses.All), MemberType = typeof(HostileAddresses))]
    public async Task A_hostile_address_is_refused_when_it_is_saved(string address)
    {
        var problem = Assert.Single(await AddAsync(nameof(Client.JwksUri), address));

        Assert.Equal("jwks_uri", problem.Field);
        Assert.NotEmpty(problem.Remedy);
    }

    [Theory, MemberData(nameof(Called))]
    public async Task Every_field_that_holds_a_called_address_is_guarded(string field)
    {
        foreach (var address in (string[])
        [
            "https://127.0.0.1/", "https://[::ffff:7f00:1]/", "http://app.example/", "https://app.example:8443/", HostileAddresses.Rebound,
        ])
        {
            administration.Names["rebound.example"] = [IPAddress.Parse("93.184.215.14"), IPAddress.Parse("10.0.0.1")];
            Assert.Contains(
                await AddAsync(field, address), problem => problem.Remedy.Contains("Outgoing:AllowedHosts", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("fd00:ec2::254")]
    public async Task A_name_that_resolves_inside_is_refused_when_it_is_saved(string inside)
    {
        administration.Names["rebound.example"] = [IPAddress.Parse("93.184.215.14"), IPAddress.Parse(inside)];

        Assert.Contains(
            "public internet", Assert.Single(await AddAsync(nameof(Client.JwksUri), HostileAddresses.Rebound)).What,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://app.example/jwks")]
    [InlineData("https://app.example:443/jwks?tenant=1")]
    [InlineData("https://xn--tda.de/jwks")]
    [InlineData("https://93.184.215.14/jwks")]
    [InlineData("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/jwks")]
    [InlineData("https://not-there-yet.example/jwks")]
    public async Task A_public_address_is_taken(string address)
    {
        administration.Names["app.example"] = [IPAddress.Parse("93.184.215.14")];

        Assert.Empty(await AddAsync(nameof(Client.JwksUri), address));
    }

    private async Task<ImmutableArray<FieldProblem>> AddAsync(string field, string address)
    {
        var input = new Client
        {
            Id = $"shop-{Guid.CreateVersion7():N}",
            Name = "Shop",
            Type = ClientType.Web,
            RedirectUris = ["https://shop.example/callback"],
        };
        var property = typeof(Client).GetProperty(field, BindingFlags.Public | BindingFlags.Instance)!;
        property.SetValue(input, property.PropertyType == typeof(string) ? address : ImmutableArray.Create(address));
        var outcome = await administration.RunAsync<AddClient, Result<ClientAdded, Refusal>>(
            add => add.ExecuteAsync(input, CancellationToken.None));
        return outcome.Failed(out var refusal, out _) ? refusal.Problems : [];
    }
}
