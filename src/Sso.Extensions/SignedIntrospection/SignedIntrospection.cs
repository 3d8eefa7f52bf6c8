using OpenIddict.Server.AspNetCore;

namespace Sso.Extensions.SignedIntrospection;

/// <summary>
/// Introspection answers that are signed for the client that asks (RFC 9701), if the request accepts them. The host implements
/// <see cref="IClientSource"/>, and <see cref="ISigningKeys"/> if its keys rotate.
/// </summary>
public static class SignedIntrospectionExtension
{
    public static OpenIddictServerBuilder AddSignedIntrospection(this OpenIddictServerBuilder server) => server
        .AddHostDefaults()
        // Once the answer is complete and refused requests have been answered.
        .Handle<ApplyIntrospectionResponseContext, SignIntrospection>(
            OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<ApplyIntrospectionResponseContext>.Descriptor.Order - 500);
}

internal sealed class SignIntrospection(IClientSource clients, ISigningKeys keys, IIssuerName issuer)
    : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    private const string MediaType = "application/token-introspection+jwt";

    public async ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        var http = context.Http;
        http.Response.Headers.Vary = "Accept";
        if (context.Error is not null
            || !http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
            || await clients.FindAsync(context.Request!.ClientId!, context.CancellationToken) is not { } asker)
        {
            return;
        }

        // RFC 9701 §5.
        var key = keys.Find(asker.IntrospectionSigningAlgorithm);
        var text = JwtWriter.Write(key, "token-introspection+jwt", issuer.Value, asker.Id, json =>
        {
            json.WriteNumber("iat", context.Options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
            json.WritePropertyName("token_introspection");
            context.Response.WriteTo(json);
        });
        await context.AnswerAsync(TypedResults.Text(text, MediaType));
    }
}
