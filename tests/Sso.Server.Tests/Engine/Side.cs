using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using Sso.Data.Clients;
using Sso.Plain;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sso.Server.Tests.Engine;

/// <summary>One of two servers that see the same requests: Sso, and OpenIddict without it.</summary>
public abstract class Side : IAsyncDisposable
{
    public abstract Provider Provider { get; }

    /// <summary>Stands in the connection string of this database and of no other.</summary>
    public abstract string DatabaseName { get; }

    /// <summary>The table whose row a refresh token is judged by.</summary>
    public abstract string TableOfRefreshTokens { get; }

    /// <summary>A client that may use every grant; with a key it authenticates by private_key_jwt.</summary>
    public abstract Task<RelyingParty> RegisterAsync(Action<ClientRegistration>? change = null, ClientKey? key = null);

    /// <summary>A resource, and the scope that names it.</summary>
    public abstract Task AddResourceAsync(string resource, string scope);

    /// <summary>From an authorization request to where the browser comes out at the application.</summary>
    public abstract Task<Page> SignInAsync(RelyingParty shop, params (string Name, string? Value)[] changes);

    public abstract Task PassAsync(TimeSpan time);

    /// <summary>Ends what people have allowed a client.</summary>
    public abstract Task WithdrawAsync(RelyingParty shop);

    /// <summary>The tokens that a code is redeemed for, a refresh token among them.</summary>
    public Task<TokenAnswer> TokensAsync(RelyingParty shop) => TokensAsync(shop, "openid offline_access");

    public async Task<TokenAnswer> TokensAsync(RelyingParty shop, string scope)
    {
        var page = await SignInAsync(shop, ("scope", scope));
        Assert.True(page.Code is not null, $"{(int)page.Status} {page.Url} {page.Text}");
        var tokens = await shop.RedeemAsync(page.Code);
        Assert.True(tokens.AccessToken is not null, $"{(int)tokens.Status} {tokens.Body}");
        return tokens;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
    }

    protected abstract ValueTask StopAsync();
}

/// <summary>Sso as it is.</summary>
public sealed class SsoSide(SsoServer server) : Side
{
    public SsoServer Server => server;

    public override Provider Provider => server.Provider;

    public override string DatabaseName => server.Database.Name;

    public override string TableOfRefreshTokens => "Grants";

    public override Task<RelyingParty> RegisterAsync(Action<ClientRegistration>? change = null, ClientKey? key = null)
    {
        return key is null ? server.RegisterAsync("shop", Changed) : server.RegisterAsync("shop", key, Changed);

        void Changed(ClientRegistration client)
        {
            client.GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.ClientCredentials];
            change?.Invoke(client);
        }
    }

    public override Task AddResourceAsync(string resource, string scope) => server.AddResourceAsync(resource, clientId: null, scope);

    public override async Task<Page> SignInAsync(RelyingParty shop, params (string Name, string? Value)[] changes) =>
        await shop.SignInAsync(server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync(), changes);

    public override Task PassAsync(TimeSpan time) => server.PassAsync(time);

    public override async Task WithdrawAsync(RelyingParty shop)
    {
        await using var database = server.OpenDatabase();
        await database.Grants.Where(grant => grant.ClientId == shop.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.RevokedAt, server.Clock.GetUtcNow()));
    }

    protected override ValueTask StopAsync() => server.DisposeAsync();
}

/// <summary>OpenIddict as it is.</summary>
public sealed class PlainSide : Side
{
    private readonly PlainHost _host;
    private readonly FakeClock _clock;

    private PlainSide(PlainHost host, FakeClock clock) => (_host, _clock) = (host, clock);

    public IServiceProvider Services => _host.Services;

    public override Provider Provider => new(_host.Issuer, _clock, () => new(_host.Connect()) { BaseAddress = new Uri(_host.Issuer) });

    public override string DatabaseName => _host.DatabaseName;

    public override string TableOfRefreshTokens => "OpenIddictTokens";

    /// <summary>With its default settings, but for the encryption of access tokens: the tests read them.</summary>
    public static async Task<PlainSide> StartAsync(Action<OpenIddictServerBuilder>? more = null)
    {
        var clock = new FakeClock();
        var host = await PlainHost.StartAsync(
            options =>
            {
                options.DisableAccessTokenEncryption();
                more?.Invoke(options);
            },
            clock);
        return new PlainSide(host, clock);
    }

    public override async Task<RelyingParty> RegisterAsync(Action<ClientRegistration>? change = null, ClientKey? key = null)
    {
        var registration = new ClientRegistration
        {
            Id = $"shop-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
            Name = "shop",
            AuthenticationMethod = key is null ? ClientAuthenticationMethod.ClientSecretBasic : ClientAuthenticationMethod.PrivateKeyJwt,
            CreatedAt = _clock.GetUtcNow(),
            RedirectUris = ["https://shop.example/callback"],
        };
        change?.Invoke(registration);
        var method = registration.AuthenticationMethod;
        // Who shows a certificate has a secret as well, which is never sent: OpenIddict saves no other client.
        var hasSecret = key is null && method != ClientAuthenticationMethod.None;
        var secret = hasSecret ? ClientSecret.New() : null;
        var client = PlainHost.Describe(registration.Id, secret, registration.RedirectUris[0]);
        client.ClientType = method == ClientAuthenticationMethod.None ? ClientTypes.Public : ClientTypes.Confidential;
        client.JsonWebKeySet = key is null ? null : new JsonWebKeySet(ClientKey.SetOf(key));
        // For the extensions.
        client.Properties["token_endpoint_auth_method"] = JsonSerializer.SerializeToElement(method.Name());
        client.Properties["client_secret"] = JsonSerializer.SerializeToElement(secret);
        client.Properties["sector"] = JsonSerializer.SerializeToElement(registration.Sector);
        client.Properties["jwks_uri"] = JsonSerializer.SerializeToElement(registration.JwksUri);
        if (key is not null)
        {
            client.Properties["jwks"] = JsonElement.Parse(ClientKey.SetOf(key));
        }

        client.Permissions.UnionWith(registration.Scopes.Select(scope => Permissions.Prefixes.Scope + scope));
        foreach (var (name, value) in (ReadOnlySpan<(string, object?)>)
            [
                ("backchannel_logout_uri", registration.BackchannelLogoutUri),
                ("frontchannel_logout_uri", registration.FrontchannelLogoutUri),
            ])
        {
            client.Properties[name] = JsonSerializer.SerializeToElement(value);
        }

        await _host.AddClientAsync(client);
        return new RelyingParty(Provider, registration, secret).With(key);
    }

    public override async Task AddResourceAsync(string resource, string scope)
    {
        await using var services = Services.CreateAsyncScope();
        await services.ServiceProvider.GetRequiredService<IOpenIddictScopeManager>()
            .CreateAsync(new OpenIddictScopeDescriptor { Name = scope, Resources = { resource } });
    }

    public override Task<Page> SignInAsync(RelyingParty shop, params (string Name, string? Value)[] changes) =>
        OpenBrowser().GetAsync(shop.AuthorizeUrl(changes));

    public Browser OpenBrowser() => new(new Uri(_host.Issuer), _host.Connect);

    public override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    public override async Task WithdrawAsync(RelyingParty shop)
    {
        await using var services = Services.CreateAsyncScope();
        var applications = services.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var id = await applications.GetIdAsync((await applications.FindByClientIdAsync(shop.Id))!);
        await services.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().RevokeByApplicationIdAsync(id!);
    }

    protected override ValueTask StopAsync() => _host.DisposeAsync();
}
