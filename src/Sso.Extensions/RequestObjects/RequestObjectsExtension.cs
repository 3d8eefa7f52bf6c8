namespace Sso.Extensions.RequestObjects;

/// <summary>
/// Signed authorization requests (RFC 9101, OIDC Core §6), in the browser and pushed. The host implements <see cref="IClientSource"/>, and
/// <see cref="IDecryptionKeys"/> and <see cref="IClientDocumentFetcher"/> if they may be encrypted or be at an address.
/// </summary>
public static class RequestObjectsExtension
{
    /// <summary>For a host that opens them where it reads requests: registers what opens them, without handlers.</summary>
    public static IServiceCollection AddRequestObjectReading(this IServiceCollection services)
    {
        services.AddHostDefaults().TryAddSingleton<RequestObjects>();
        return services;
    }

    public static OpenIddictServerBuilder AddRequestObjects(this OpenIddictServerBuilder server)
    {
        server.Services.AddRequestObjectReading();
        return server
            // Once the request was read, with the credentials in its header.
            .Handle<ExtractAuthorizationRequestContext, OpenRequestObject<ExtractAuthorizationRequestContext>>(int.MaxValue - 1000)
            .Handle<ExtractPushedAuthorizationRequestContext, OpenRequestObject<ExtractPushedAuthorizationRequestContext>>(
                int.MaxValue - 1000)
            .Describe("request_parameter_supported")
            .Describe(context => context.Metadata["request_object_signing_alg_values_supported"] = new([.. SigningAlgorithms.All]));
    }
}

/// <summary>Puts its content in the place of the request; outside, only credentials count (RFC 9101 §6.3, RFC 9126 §3).</summary>
internal sealed class OpenRequestObject<TContext>(IClientSource clients, RequestObjects objects) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public async ValueTask HandleAsync(TContext context)
    {
        var outside = context.Transaction.Request;
        if (outside is null || !RequestObjects.IsIn(outside) || RequestObjects.IsPushed(outside))
        {
            return;
        }

        if (outside.Text("client_id") is not { } id || await clients.FindAsync(id, context.CancellationToken) is not { } client)
        {
            context.Refuse(OAuthError.InvalidClient("a request object of an unknown client"));
            return;
        }

        if (context.Passes(await objects.OpenAsync(client, outside, context.CancellationToken), out var inside))
        {
            Array.ForEach(RequestObjects.Credentials, name => inside[name] = outside[name]);
            context.Transaction.Request = inside;
        }
    }
}
