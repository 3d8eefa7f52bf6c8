using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.BackchannelLogout;
using Sso.Extensions.Ciba;
using Sso.Extensions.ClientAssertions;
using Sso.Extensions.DemandedSignIns;
using Sso.Extensions.Dpop;
using Sso.Extensions.EncryptedIdTokens;
using Sso.Extensions.FrontchannelLogout;
using Sso.Extensions.Host;
using Sso.Extensions.PairwiseSubjects;
using Sso.Extensions.RequestObjects;
using Sso.Extensions.RichRequests;
using Sso.Extensions.ProtectedUserInfo;
using Sso.Extensions.Registration;
using Sso.Extensions.RotatingKeys;
using Sso.Extensions.SessionManagement;
using Sso.Extensions.SignedIntrospection;
using Sso.Extensions.SignedResponses;
using Sso.Extensions.SlowDown;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Plain;

/// <summary>
/// Our extensions in an OpenIddict server that has nothing else of Sso: each is one line, and what they ask of their host stands below.
/// </summary>
public static class PlainExtensions
{
    /// <summary>What may be asked for in detail.</summary>
    private static readonly AuthorizationDetailType Payment = new(
        "payment",
        "make a payment",
        "fare un pagamento",
        FrozenDictionary.Create(KeyValuePair.Create("amount", DetailField.Parse("string!")!)),
        [],
        []);

    public static OpenIddictServerBuilder AddSsoExtensions(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<IClientSource, PlainClients>()
            .AddSingleton<IDpopHost, PlainDpopHost>()
            .AddSingleton<IClientAssertionHost, PlainAssertionHost>()
            .AddSingleton<IClientDocumentFetcher, PlainDocuments>()
            .AddSingleton<ISessionManagementHost, PlainSessionHost>()
            .AddSingleton(new AuthorizationTypes([Payment]))
            .AddScoped<IRegistrationHost<OpenIddictApplicationDescriptor>, PlainRegistrations>()
            .AddSingleton<PlainWaiting>()
            .AddSingleton<IPollingHost>(services => services.GetRequiredService<PlainWaiting>())
            .AddSingleton<ICibaHost>(services => services.GetRequiredService<PlainWaiting>());
        server.AllowDeviceAuthorizationFlow()
            .SetDeviceAuthorizationEndpointUris("connect/device")
            .SetEndUserVerificationEndpointUris("connect/verify");
        server.SetEndSessionEndpointUris("connect/logout").Handle<HandleEndSessionRequestContext, PlainSignOut>(0);
        return server.AddRotatingKeys<PlainKeys>().AddClientAssertions().AddDpop().AddRequestObjects()
            .AddSignedResponses().AddSignedIntrospection().AddEncryptedIdTokens()
            .AddProtectedUserInfo().AddPairwiseSubjects().AddDemandedSignIns("pwd", "mfa")
            .AddRichRequests().AddSlowDown().AddCiba("/connect/ciba", "poll")
            .AddRegistration<OpenIddictApplicationDescriptor>("/connect/register")
            .AddBackchannelLogout().AddFrontchannelLogout().AddSessionManagement("/connect/checksession");
    }

    private static readonly byte[] PairwiseKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>
    /// Another pair of keys each day. Those of yesterday still verify; a host with several nodes announces those of tomorrow as well.
    /// </summary>
    private sealed class PlainKeys(TimeProvider clock) : IRotatingKeys
    {
        /// <summary>Those of all hosts in a process: an RSA key takes longer to make than a host to start.</summary>
        private static readonly ConcurrentDictionary<long, RSA> RsaOfDay = new();

        private readonly ConcurrentDictionary<(string Algorithm, long Day), SigningCredentials> _keys = new();

        private long Today => clock.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60);

        public IReadOnlyList<JsonWebKey> Published
        {
            get
            {
                SecurityKey[] today = [Find(SecurityAlgorithms.RsaSha256).Key, Find(SecurityAlgorithms.EcdsaSha256).Key];
                return [.. _keys.Where(key => key.Key.Day == Today - 1).Select(key => key.Value.Key).Concat(today).Select(PublicHalf)];
            }
        }

        public SigningCredentials Find(string algorithm) => _keys.GetOrAdd((algorithm, Today), made => new(
            algorithm == SecurityAlgorithms.RsaSha256
                ? new RsaSecurityKey(RsaOfDay.GetOrAdd(made.Day, _ => RSA.Create(2048))) { KeyId = $"{made}" }
                : new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = $"{made}" },
            algorithm));

        private static JsonWebKey PublicHalf(SecurityKey key)
        {
            var published = key is RsaSecurityKey rsa
                ? JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.Rsa.ExportParameters(false)))
                : JsonWebKeyConverter.ConvertFromECDsaSecurityKey(
                    new ECDsaSecurityKey(ECDsa.Create(((ECDsaSecurityKey)key).ECDsa.ExportParameters(false))));
            (published.Kid, published.Use, published.Alg) =
                (key.KeyId, JsonWebKeyUseNames.Sig, key is RsaSecurityKey ? SecurityAlgorithms.RsaSha256 : SecurityAlgorithms.EcdsaSha256);
            return published;
        }
    }

    /// <summary>What OpenIddict has no words for stands among the properties of an application, under the names of RFC 7591 §2.</summary>
    private sealed class PlainClients(IOpenIddictApplicationManager applications) : IClientSource
    {
        public async ValueTask<Client?> FindAsync(string clientId, CancellationToken cancellation)
        {
            if (await applications.FindByClientIdAsync(clientId, cancellation) is not { } application)
            {
                return null;
            }

            var permissions = await applications.GetPermissionsAsync(application, cancellation);
            var properties = await applications.GetPropertiesAsync(application, cancellation);
            string? Text(string name) => properties.TryGetValue(name, out var value) ? value.GetString() : null;
            return new Client
            {
                Id = clientId,
                Name = clientId,
                AuthenticationMethod = ClientAuthenticationMethods.ByName[Text("token_endpoint_auth_method")
                    ?? (await applications.HasClientTypeAsync(application, OpenIddictConstants.ClientTypes.Public, cancellation)
                        ? "none"
                        : "client_secret_basic")],
                Secrets = Text("client_secret") is { } secret
                    ? [new ClientSecret(ClientSecret.HashOf(secret), ExpiresAt: null, Encoding.UTF8.GetBytes(secret))]
                    : [],
                JwksUri = Text("jwks_uri"),
                Sector = Text("sector"),
                SectorKey = Text("sector") is { } sector ? PairwiseSubject.KeyOf(PairwiseKey, sector) : null,
                Jwks = properties.TryGetValue("jwks", out var keys) ? keys.GetRawText() : null,
                IdTokenEncryption = TokenEncryption.Of(Text("id_token_encrypted_response_alg"), Text("id_token_encrypted_response_enc")),
                UserInfoSigningAlgorithm = Text("userinfo_signed_response_alg"),
                BackchannelLogoutUri = Text("backchannel_logout_uri"),
                FrontchannelLogoutUri = Text("frontchannel_logout_uri"),
                FrontchannelLogoutSessionRequired = true,
                GrantTypes =
                [
                    .. permissions.Where(permission => permission.StartsWith("gt:", StringComparison.Ordinal))
                        .Select(permission => permission[3..])
                ],
                Scopes = [OpenIddictConstants.Scopes.OpenId, OpenIddictConstants.Scopes.OfflineAccess],
                AuthorizationDetailTypes = [Payment.Type],
            };
        }
    }

    /// <summary>For one node, which forgets when it stops.</summary>
    private sealed class PlainDpopHost(IOptionsMonitor<OpenIddictServerOptions> options) : IDpopHost
    {
        private readonly ConcurrentDictionary<string, DateTimeOffset> _spent = new(StringComparer.Ordinal);

        public IEnumerable<string> Addresses => [options.CurrentValue.Issuer!.GetLeftPart(UriPartial.Authority)];

        public string NonceOf(long step) => step.ToString(CultureInfo.InvariantCulture);

        public ValueTask<OAuthError?> SpendAsync(HttpContext http, DpopProof proof, Client? client, CancellationToken cancellation) =>
            ValueTask.FromResult(
                _spent.TryAdd($"{proof.Thumbprint}/{proof.Id}", proof.Until) ? null : OAuthError.InvalidDpopProof("used before"));
    }

    /// <summary>A host that means it seals what is readable of a secret.</summary>
    private sealed class PlainAssertionHost : IClientAssertionHost
    {
        private readonly ConcurrentDictionary<string, DateTimeOffset> _spent = new(StringComparer.Ordinal);

        public IEnumerable<byte[]> SecretsOf(Client client) => client.Secrets.Select(secret => secret.Sealed).OfType<byte[]>();

        public void SecretUsed(Client client, byte[] secret)
        {
        }

        public ValueTask<bool> TrySpendAsync(Client client, string id, DateTimeOffset until, CancellationToken cancellation) =>
            ValueTask.FromResult(_spent.TryAdd($"{client.Id}/{id}", until));
    }

    /// <summary>For addresses that an operator wrote down, and nobody else.</summary>
    private sealed class PlainDocuments : IClientDocumentFetcher, IDisposable
    {
        private readonly HttpClient _http = new();

        public async Task<byte[]?> FetchAsync(
            Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation)
        {
            try
            {
                using var answer = await _http.GetAsync(address, cancellation);
                return answer.IsSuccessStatusCode && mediaTypes.Contains(answer.Content.Headers.ContentType?.MediaType)
                    ? await answer.Content.ReadAsByteArrayAsync(cancellation)
                    : null;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }

        public void Dispose() => _http.Dispose();
    }
}
