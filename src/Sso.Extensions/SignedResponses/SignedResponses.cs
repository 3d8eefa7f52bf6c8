namespace Sso.Extensions.SignedResponses;

/// <summary>
/// Signed answers of the authorization endpoint (JARM): the response modes that end in <c>jwt</c>. The host implements
/// <see cref="IClientSource"/>, and <see cref="ISigningKeys"/> if its keys rotate.
/// </summary>
public static class SignedResponsesExtension
{
    private static readonly string[] Modes = ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"];

    public static OpenIddictServerBuilder AddSignedResponses(this OpenIddictServerBuilder server) => server
        .AddHostDefaults()
        .Configure(options => options.ResponseModes.UnionWith(Modes))
        // Once everything is in the answer, errors included, and before it is sent.
        .Handle<ApplyAuthorizationResponseContext, SignResponse>(
            OpenIddictServerHandlers.Authentication.AttachIssuer.Descriptor.Order + 1000);

    /// <summary>Called before the response is applied: signed for this client, which may be disabled before the answer leaves.</summary>
    public static void AnswersTo(this OpenIddictServerTransaction transaction, Client client) => transaction.Keep(client);
}

/// <summary>All parameters of the answer in one, signed for the client (JARM §2.1, §2.3). The underlying mode carries it.</summary>
internal sealed class SignResponse(IClientSource clients, ISigningKeys keys, IIssuerName issuer)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    /// <summary>JARM §2.1 recommends ten minutes at most; a code lives one.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (PlainMode(context) is not { } mode || context.RedirectUri is null)
        {
            return;
        }

        var client = context.Transaction.Kept<Client>()
            ?? await clients.FindAsync(context.Request!.ClientId!, context.CancellationToken)
            ?? throw new InvalidOperationException("The client is gone whose answer was to be signed.");
        context.Response = new() { ["response"] = Sign(context.Response, client, context.Options.TimeProvider.GetUtcNow()) };
        context.ResponseMode = mode;
    }

    /// <summary>Its typ is plain JWT: common libraries refuse others. Without a subject it never passes for an ID token.</summary>
    private string Sign(OpenIddictResponse response, Client client, DateTimeOffset now) =>
        JwtWriter.Write(keys.Find(client.AuthorizationSigningAlgorithm), "JWT", issuer.Value, client.Id, json =>
        {
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            foreach (var (name, value) in response.GetParameters())
            {
                if (name != OpenIddictConstants.Parameters.Iss && !OpenIddictParameter.IsNullOrEmpty(value))
                {
                    json.WriteString(name, value.ToString());
                }
            }
        });

    /// <summary>The mode without the signature; null if none was asked for. <c>jwt</c> signs the default one (JARM §2.3.4).</summary>
    private static string? PlainMode(ApplyAuthorizationResponseContext context) => context.ResponseMode switch
    {
        "query.jwt" => OpenIddictConstants.ResponseModes.Query,
        "fragment.jwt" => OpenIddictConstants.ResponseModes.Fragment,
        "form_post.jwt" => OpenIddictConstants.ResponseModes.FormPost,
        "jwt" => context.Request!.IsImplicitFlow() || context.Request!.IsHybridFlow()
            ? OpenIddictConstants.ResponseModes.Fragment
            : OpenIddictConstants.ResponseModes.Query,
        _ => null,
    };
}
