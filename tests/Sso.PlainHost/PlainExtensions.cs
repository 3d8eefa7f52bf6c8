using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Dpop;
using Sso.Extensions.EncryptedIdTokens;
using Sso.Extensions.Host;
using Sso.Extensions.RequestObjects;
using Sso.Extensions.ProtectedUserInfo;
using Sso.Extensions.SignedIntrospection;
using Sso.Extensions.SignedResponses;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Encryption;

namespace Sso.Plain;

/// <summary>Our extensions in an OpenIddict server that has nothing else of Sso: each is one line, and what they ask of their host stands below.</summary>
public static class PlainExtensions
{
    public static OpenIddictServerBuilder AddSsoExtensions(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<IClientSource, PlainClients>()
            .AddSingleton<IDpopHost, PlainDpopHost>()
            .AddSingleton<IRequestObjectHost, PlainRequestObjectHost>();
        return server.AddDpop().AddRequestObjects().AddSignedResponses().AddSignedIntrospection().AddEncryptedIdTokens().AddProtectedUserInfo();
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

            var properties = await applications.GetPropertiesAsync(application, cancellation);
            string? Text(string name) => properties.TryGetValue(name, out var value) ? value.GetString() : null;
            return new Client
            {
                Id = clientId,
                Name = clientId,
                AuthenticationMethod = await applications.HasClientTypeAsync(application, OpenIddictConstants.ClientTypes.Public, cancellation)
                    ? ClientAuthenticationMethod.None
                    : ClientAuthenticationMethod.ClientSecretBasic,
                Jwks = properties.TryGetValue("jwks", out var keys) ? keys.GetRawText() : null,
                IdTokenEncryption = TokenEncryption.Of(Text("id_token_encrypted_response_alg"), Text("id_token_encrypted_response_enc")),
                UserInfoSigningAlgorithm = Text("userinfo_signed_response_alg"),
            };
        }
    }

    /// <summary>For one node, which forgets when it stops.</summary>
    private sealed class PlainDpopHost(IOptionsMonitor<OpenIddictServerOptions> options) : IDpopHost
    {
        private readonly ConcurrentDictionary<string, DateTimeOffset> _spent = new(StringComparer.Ordinal);

        public IEnumerable<string> Addresses => [options.CurrentValue.Issuer!.GetLeftPart(UriPartial.Authority)];

        public string NonceOf(long step) => step.ToString(CultureInfo.InvariantCulture);

        public ValueTask<OAuthError?> SpendAsync(HttpContext http, DpopProof proof, Client? client, CancellationToken cancellation) => ValueTask.FromResult(
            _spent.TryAdd($"{proof.Thumbprint}/{proof.Id}", proof.Until) ? null : OAuthError.InvalidDpopProof("used before"));
    }

    private sealed class PlainRequestObjectHost : IRequestObjectHost
    {
        public IEnumerable<DecryptionKey> DecryptionKeys => [];

        public Task<byte[]?> FetchAsync(Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation) =>
            Task.FromResult<byte[]?>(null);
    }
}
