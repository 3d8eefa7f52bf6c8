using System.Text;
using OpenIddict.Server.AspNetCore;

namespace Sso.Extensions.ProtectedUserInfo;

/// <summary>
/// Userinfo as the client registered it: signed, encrypted, or both (OIDC Core §5.3.2). The host implements <see cref="IClientSource"/>,
/// and <see cref="ISigningKeys"/> and <see cref="IClientDocumentFetcher"/> where its own keys rotate or clients have theirs at an address.
/// </summary>
public static class ProtectedUserInfoExtension
{
    public static OpenIddictServerBuilder AddProtectedUserInfo(this OpenIddictServerBuilder server) => server
        .AddHostDefaults()
        // Once the answer is complete, before it is sent.
        .Handle<ApplyUserInfoResponseContext, ProtectUserInfo>(
            OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<ApplyUserInfoResponseContext>.Descriptor.Order - 500);
}

internal sealed class ProtectUserInfo(IClientSource clients, ISigningKeys keys, TokenEncryptor encryptor, IIssuerName issuer)
    : IOpenIddictServerHandler<ApplyUserInfoResponseContext>
{
    private const string MediaType = "application/jwt";

    public async ValueTask HandleAsync(ApplyUserInfoResponseContext context)
    {
        if (context.Error is not null || await AskerAsync(context) is not { } asker
            || asker is { UserInfoSigningAlgorithm: null, UserInfoEncryption: null })
        {
            return;
        }

        var isSigned = asker.UserInfoSigningAlgorithm is not null;
        var text = isSigned ? Sign(context.Response, asker) : Encoding.UTF8.GetString(PlainJson.Of(context.Response.WriteTo));
        if ((await encryptor.EncryptAsync(asker, asker.UserInfoEncryption, text, isSigned, context.CancellationToken))
            .Failed(out var error, out var token))
        {
            context.Transaction.Answer(error);
            return;
        }

        await context.AnswerAsync(TypedResults.Text(token, MediaType));
    }

    /// <summary>The client to which the access token was issued.</summary>
    private async ValueTask<Client?> AskerAsync(ApplyUserInfoResponseContext context) =>
        context.Transaction.Kept<ProcessAuthenticationContext>()?.AccessTokenPrincipal?.GetClaim(
            OpenIddictConstants.Claims.ClientId) is { } id
            ? await clients.FindAsync(id, context.CancellationToken)
            : null;

    /// <summary>It never expires, so it cannot pass for an ID token.</summary>
    private string Sign(OpenIddictResponse response, Client asker) =>
        JwtWriter.Write(keys.Find(asker.UserInfoSigningAlgorithm!), "JWT", issuer.Value, asker.Id, json =>
        {
            foreach (var (name, value) in response.GetParameters())
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        });
}
