using System.Text;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Extensions.Dpop;
using Sso.Extensions.EncryptedIdTokens;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Keys;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.UserInfo;

/// <summary>The answer of userinfo as the client registered it: JSON, signed, encrypted, or both (OIDC Core §5.3.2).</summary>
internal sealed class AnswerPerson(SigningKeyRing keys, TokenEncryptor encryptor, SsoOptions options) : IOpenIddictServerHandler<ApplyUserInfoResponseContext>
{
    private const string TokenType = "application/jwt";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyUserInfoResponseContext>()
        .UseSingletonHandler<AnswerPerson>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<ApplyUserInfoResponseContext>.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ApplyUserInfoResponseContext context) =>
        await context.AnswerAsync(context.Response.Error is null ? await AnswerAsync(context) : Refuse(context));

    private async Task<IResult> AnswerAsync(ApplyUserInfoResponseContext context)
    {
        var client = TellPerson.AskerOf(context.Transaction);
        if (client is { UserInfoSigningAlgorithm: null, UserInfoEncryption: null })
        {
            return TypedResults.Bytes(context.Response.InPlainJson(), "application/json");
        }

        var text = client.UserInfoSigningAlgorithm is { } algorithm
            ? Sign(context.Response, client, algorithm)
            : Encoding.UTF8.GetString(context.Response.InPlainJson());
        return (await encryptor.EncryptAsync(
                client, client.UserInfoEncryption, text, client.UserInfoSigningAlgorithm is not null, context.CancellationToken))
            .Failed(out var error, out var token)
            ? new OAuthErrorResult(error)
            : TypedResults.Text(token, TokenType);
    }

    private string Sign(OpenIddictResponse response, Client client, string algorithm) => UserInfoToken.Write(options.Issuer, client.Id, keys.Find(algorithm), json =>
    {
        foreach (var (name, value) in response.GetParameters())
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    });

    /// <summary>Who sent a bearer token may have to send a proof; who sent a proof knows how.</summary>
    private static OAuthErrorResult Refuse(ApplyUserInfoResponseContext context) => new(
        context.Transaction.Refusal,
        PresentToken.SchemeOf(context.Transaction) == AuthenticateChallenge.Bearer
            ? [new(AuthenticateChallenge.Bearer, WasUsed: true), new(AuthenticateChallenge.Dpop, WasUsed: false)]
            : [new(AuthenticateChallenge.Dpop, WasUsed: true)]);
}
