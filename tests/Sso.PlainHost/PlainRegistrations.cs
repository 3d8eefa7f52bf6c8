using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using Sso.Extensions.Registration;
using Sso.Protocol;
using Sso.Protocol.Registration;

namespace Sso.Plain;

/// <summary>Takes redirect URIs, and gives a secret; the management token stands among the properties of the application.</summary>
internal sealed class PlainRegistrations(IOpenIddictApplicationManager applications) : IRegistrationHost<OpenIddictApplicationDescriptor>
{
    private const string Token = "registration_access_token";

    public Task<OAuthError?> FindRefusalAsync(HttpContext http, string? initialToken, CancellationToken cancellation) =>
        Task.FromResult(initialToken == PlainHost.InitialToken ? null : OAuthError.InvalidToken("another token"));

    public async Task<Result<ClientMetadata, OAuthError>> AddAsync(
        ClientMetadata metadata, string? initialToken, CancellationToken cancellation)
    {
        if (metadata.RedirectUris is not [var redirectUri])
        {
            return OAuthError.InvalidMetadata("redirect_uris", "one is needed.");
        }

        var (id, secret, token) = (New(), New(), New());
        var client = PlainHost.Describe(id, secret, redirectUri);
        client.Properties[Token] = JsonSerializer.SerializeToElement(token);
        await applications.CreateAsync(client, cancellation);
        return Describe(client) with { ClientSecret = secret, RegistrationAccessToken = token };
    }

    public async Task<OpenIddictApplicationDescriptor?> FindAsync(string clientId, string managementToken, CancellationToken cancellation)
    {
        if (await applications.FindByClientIdAsync(clientId, cancellation) is not { } application)
        {
            return null;
        }

        var client = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(client, application, cancellation);
        return client.Properties.TryGetValue(Token, out var token) && token.GetString() == managementToken ? client : null;
    }

    public ClientMetadata Describe(OpenIddictApplicationDescriptor client) =>
        new() { ClientId = client.ClientId, RedirectUris = [.. client.RedirectUris.Select(uri => uri.OriginalString)] };

    public async Task<Result<ClientMetadata, OAuthError>> ReplaceAsync(
        OpenIddictApplicationDescriptor former, ClientMetadata metadata, CancellationToken cancellation)
    {
        former.RedirectUris.Clear();
        former.RedirectUris.UnionWith(metadata.RedirectUris!.Select(uri => new Uri(uri)));
        await applications.UpdateAsync((await applications.FindByClientIdAsync(former.ClientId!, cancellation))!, former, cancellation);
        return Describe(former);
    }

    public async Task RemoveAsync(OpenIddictApplicationDescriptor client, CancellationToken cancellation) =>
        await applications.DeleteAsync((await applications.FindByClientIdAsync(client.ClientId!, cancellation))!, cancellation);

    private static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
