namespace Sso.Extensions.EncryptedIdTokens;

/// <summary>
/// ID tokens that their client alone can read (OIDC Core §10.2): encrypted to a key that it published, as it registered. The host
/// implements <see cref="IClientSource"/>, and <see cref="IClientDocumentFetcher"/> where clients publish their keys at an address.
/// </summary>
public static class EncryptedIdTokensExtension
{
    public static OpenIddictServerBuilder AddEncryptedIdTokens(this OpenIddictServerBuilder server) => server
        .AddHostDefaults()
        .Handle<GenerateTokenContext, EncryptIdToken>(
            OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order + 500);
}

internal sealed class EncryptIdToken(IClientSource clients, TokenEncryptor encryptor) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType != OpenIddictConstants.TokenTypeIdentifiers.IdentityToken
            || await clients.FindAsync(context.ClientId!, context.CancellationToken) is not { } client)
        {
            return;
        }

        var encrypted = await encryptor.EncryptAsync(
            client, client.IdTokenEncryption, context.Token!, isToken: true, context.CancellationToken);
        if (context.Passes(encrypted, out var token))
        {
            context.Token = token;
        }
    }
}
