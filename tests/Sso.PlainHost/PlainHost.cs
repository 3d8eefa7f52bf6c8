using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sso.Plain;

/// <summary>
/// OpenIddict as its documentation has it: EF Core, a row for every token and authorization, default settings, and no code of Sso. Tests
/// take from it what OpenIddict does by itself; extensions for any OpenIddict server prove here that they are that.
/// </summary>
public sealed class PlainHost : IAsyncDisposable
{
    /// <summary>Where it is while it answers in this process.</summary>
    public const string Home = "https://plain.test";

    /// <summary>Whoever comes to the authorization endpoint is signed in as this person.</summary>
    public const string Person = "ada";

    /// <summary>In one session, which all applications share.</summary>
    public const string Session = "session-of-ada";

    /// <summary>Whoever has it may register an application.</summary>
    public const string InitialToken = "initial-access-token";

    private readonly WebApplication _app;
    private readonly string _file;

    private PlainHost(WebApplication app, string file, string issuer, TimeProvider clock) =>
        (_app, _file, Issuer, Clock) = (app, file, issuer, clock);

    /// <summary>As it was configured.</summary>
    public string Issuer { get; }

    public TimeProvider Clock { get; }

    /// <summary>Its managers of applications, authorizations, scopes and tokens are scoped.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Stands in the connection string of this database and of no other.</summary>
    public string DatabaseName => Path.GetFileName(_file);

    /// <param name="more">Extensions, and settings that are not the default.</param>
    /// <param name="clock">The system's unless given.</param>
    /// <param name="url">A loopback address for clients in other processes, such as http://127.0.0.1:5600; null: it has no socket.</param>
    public static async Task<PlainHost> StartAsync(
        Action<OpenIddictServerBuilder>? more = null, TimeProvider? clock = null, string? url = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        if (url is null)
        {
            builder.WebHost.UseTestServer(options => options.BaseAddress = new Uri(Home));
        }
        else
        {
            builder.WebHost.UseKestrelCore().UseUrls(url);
        }

        var file = Path.Combine(Path.GetTempPath(), $"plain_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.db");
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddDbContext<DbContext>(options => options.UseSqlite($"Data Source={file};Pooling=False").UseOpenIddict());
        builder.Services.AddRouting().AddAuthentication();
        builder.Services.AddCertificateForwarding(ReadCertificate);
        builder.Services.AddOpenIddict()
            .AddCore(options => options.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(options =>
            {
                Configure(options, url ?? Home);
                more?.Invoke(options);
            });

        var app = builder.Build();
        app.UseCertificateForwarding();
        app.UseRouting();
        app.UseAuthentication();
        app.MapMethods("connect/authorize", ["GET", "POST"], Authorize);
        // Taken for a RequestDelegate, it would have its result thrown away.
        app.MapPost("connect/token", (Delegate)ExchangeAsync);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync();
        }

        await app.StartAsync();
        return new PlainHost(app, file, url ?? Home, app.Services.GetRequiredService<TimeProvider>());
    }

    /// <summary>Those of all hosts in a process: an RSA key takes longer to make than a host to start.</summary>
    private static readonly Lazy<RsaSecurityKey> SigningKey = new(() => new(RSA.Create(2048)));
    private static readonly Lazy<RsaSecurityKey> EncryptionKey = new(() => new(RSA.Create(2048)));

    private static void Configure(OpenIddictServerBuilder options, string issuer)
    {
        options.SetIssuer(issuer)
            .SetAuthorizationEndpointUris("connect/authorize")
            .SetPushedAuthorizationEndpointUris("connect/par")
            .SetTokenEndpointUris("connect/token")
            .SetIntrospectionEndpointUris("connect/introspect")
            .SetRevocationEndpointUris("connect/revoke")
            .SetUserInfoEndpointUris("connect/userinfo");
        options.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
            .AllowRefreshTokenFlow()
            .AllowClientCredentialsFlow();
        options.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess);
        options.AddSigningKey(SigningKey.Value).AddEncryptionKey(EncryptionKey.Value);
        options.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .DisableTransportSecurityRequirement();
    }

    /// <summary>A client that may do whatever this host offers; a test takes away or adds what it is about.</summary>
    /// <param name="secret">Null: it is public, until a key set and another type are added.</param>
    public static OpenIddictApplicationDescriptor Describe(string id, string? secret, string redirectUri) => new()
    {
        ClientId = id,
        ClientSecret = secret,
        ClientType = secret is null ? ClientTypes.Public : ClientTypes.Confidential,
        ConsentType = ConsentTypes.Implicit,
        RedirectUris = { new Uri(redirectUri) },
        Permissions =
        {
            Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.Token,
            Permissions.Endpoints.Introspection, Permissions.Endpoints.Revocation, Permissions.Endpoints.DeviceAuthorization,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.GrantTypes.ClientCredentials,
            Permissions.GrantTypes.DeviceCode, Permissions.Prefixes.GrantType + "urn:openid:params:grant-type:ciba",
            Permissions.ResponseTypes.Code, Permissions.Scopes.Profile, Permissions.Scopes.Email,
        },
    };

    public async Task AddClientAsync(OpenIddictApplicationDescriptor client)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(client);
    }

    /// <summary>The way to it in this process: keeps no cookies and follows no redirects.</summary>
    public HttpMessageHandler Connect() => _app.GetTestServer().CreateHandler();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        File.Delete(_file);
    }

    private static IResult Authorize(HttpContext http) => SignIn(PrincipalOf(Person, http.GetOpenIddictServerRequest()!));

    private static async Task<IResult> ExchangeAsync(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (request.IsClientCredentialsGrantType())
        {
            return SignIn(PrincipalOf(request.ClientId!, request));
        }

        // What the code or the refresh token says, once more.
        var granted = await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        return SignIn(granted.Principal!);
    }

    private static IResult SignIn(ClaimsPrincipal principal) =>
        Results.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);

    internal static ClaimsPrincipal PrincipalOf(string subject, OpenIddictRequest request) =>
        new(new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType)
            .SetClaim(Claims.Subject, subject)
            .SetClaim(Claims.Email, $"{subject}@example.com")
            .SetScopes(request.GetScopes())
            .SetClaim("sid", Session)
            .SetDestinations(claim => [claim.Type == "sid" ? Destinations.IdentityToken : Destinations.AccessToken]));

    /// <summary>A proxy in front hands the certificate of a client on as RFC 9440 §2.1 writes it.</summary>
    private static void ReadCertificate(CertificateForwardingOptions options)
    {
        options.CertificateHeader = "Client-Cert";
        options.HeaderConverter = header => X509CertificateLoader.LoadCertificate(Convert.FromBase64String(header.Trim(':')));
    }
}
