using System.Security.Claims;

namespace Sso.Extensions.ClientAssertions;

/// <summary>
/// Client authentication by assertion (RFC 7523, OIDC Core §9): <c>client_secret_jwt</c> as well as <c>private_key_jwt</c>, both as common
/// libraries write them, each valid once and not for years. The host implements <see cref="IClientAssertionHost"/> and
/// <see cref="IClientSource"/>.
/// </summary>
public static class ClientAssertionsExtension
{
    /// <summary>For a host that authenticates clients itself: registers what judges an assertion, without handlers.</summary>
    public static IServiceCollection AddClientAssertionChecks(this IServiceCollection services)
    {
        services.AddHostDefaults().TryAddScoped<ClientAssertions>();
        return services;
    }

    public static OpenIddictServerBuilder AddClientAssertions(this OpenIddictServerBuilder server)
    {
        server.Services.AddClientAssertionChecks();
        return server
            .Configure(options => options.ClientAuthenticationMethods.Add(OpenIddictConstants.ClientAuthenticationMethods.ClientSecretJwt))
            .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertion.Descriptor)
            .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertionWellknownClaims.Descriptor)
            .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertionIssuer.Descriptor)
            .Handle<ProcessAuthenticationContext, ProveByAssertion>(OpenIddictServerHandlers.ValidateClientAssertion.Descriptor.Order)
            .DescribeClientAssertions();
    }

    /// <summary>The algorithms with which they may be signed, at each endpoint that accepts them (RFC 8414 §2).</summary>
    public static OpenIddictServerBuilder DescribeClientAssertions(this OpenIddictServerBuilder server) => server.Describe(context =>
    {
        foreach (var (endpoint, address) in ((string, Uri?)[])
        [
            ("token", context.TokenEndpoint),
            ("introspection", context.IntrospectionEndpoint),
            ("revocation", context.RevocationEndpoint),
        ])
        {
            if (address is not null)
            {
                context.Metadata[endpoint + "_endpoint_auth_signing_alg_values_supported"] =
                    new([.. SignatureAlgorithms.Ordinary, .. ClientAssertion.SecretAlgorithms]);
            }
        }
    });
}

internal sealed class ProveByAssertion(IClientSource clients, ClientAssertions assertions)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (string.IsNullOrEmpty(context.ClientAssertion))
        {
            return;
        }

        var client = ClientAssertion.ClaimedClient(context.Request) is { } id
            ? await clients.FindAsync(id, context.CancellationToken)
            : null;
        var refusal = client is null ? OAuthError.InvalidClient("malformed assertion, of another type, or of another or an unknown client")
            : !client.AuthenticationMethod.IsByAssertion() ? OAuthError.WrongMethod(client.AuthenticationMethod)
            : await assertions.RefusalAsync(client, context.ClientAssertion, EndpointsOf(context), context.CancellationToken);
        if (refusal is not null)
        {
            context.Refuse(refusal);
            return;
        }

        context.Request.ClientId = client!.Id;
        context.ClientAssertionPrincipal = new ClaimsPrincipal(new ClaimsIdentity("client_assertion"))
            .SetClaim(OpenIddictConstants.Claims.Subject, client.Id);
    }

    /// <summary>Accepted audiences, at our own host: the issuer without OpenIddict's slash, the token endpoint, the called one.</summary>
    private static string[] EndpointsOf(ProcessAuthenticationContext context)
    {
        var issuer = (context.Options.Issuer ?? context.BaseUri!).AbsoluteUri.TrimEnd('/');
        var home = new Uri(issuer + "/");
        return
        [
            issuer,
            new Uri(home, context.RequestUri!.AbsolutePath).AbsoluteUri,
            .. context.Options.TokenEndpointUris.Select(endpoint => new Uri(home, endpoint).AbsoluteUri),
        ];
    }
}
