using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Accounts.Limits;
using Sso.Data.Operations;
using Sso.Extensions.ClientAssertions;
using Sso.Extensions.Host;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Keys;
using Sso.Server.MutualTls;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.ClientAuthentication;

/// <summary>A form of an authenticated client: the beginning of every endpoint for applications (RFC 6749 §2.3, §3.2).</summary>
internal sealed record ClientRequest(Client Client, OpenIddictRequest Parameters);

/// <summary>
/// Client authentication (RFC 6749 §2.3) in the place of OpenIddict's: exactly one method, and the registered one (a secret may come either
/// way). Wrong credentials are counted per client and address; from the 11th in a minute on, the answer is 429. The right secret always
/// passes: 256 bits are not guessed.
/// </summary>
internal sealed class AuthenticateClient(
    ClientDirectory clients, ClientAssertions assertions, ClientCertificates certificates, Throttle throttle, ClientRefusals refusals,
    SecretUses uses, KeySetFetches fetches, SsoOptions options, TimeProvider clock)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    /// <summary>The address of the token endpoint is an audience of assertions at every endpoint (OIDC Core §9).</summary>
    public const string TokenPath = "/connect/token";

    /// <summary>The client that asks, once it is proved.</summary>
    public static ClientRequest Of(OpenIddictServerTransaction transaction) => transaction.Kept<ClientRequest>()!;

    /// <summary>Reads the form that an application posts: each parameter once (RFC 6749 §3.2). Who posts it is asked later.</summary>
    public static async ValueTask ReadFormAsync(BaseValidatingContext context)
    {
        if (!context.Http.Request.HasFormContentType)
        {
            context.Refuse(OAuthError.FormOnly);
            return;
        }

        var form = await context.Http.Request.ReadFormAsync(context.CancellationToken);
        var pairs = form.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        var read = RequestParameters.From(pairs);
        if (context.Passes(read, out var parameters))
        {
            context.Transaction.Request = parameters;
        }
        else
        {
            await RecordUnreadAsync(context.Http, form["client_id"] is [{ } only] ? only : null, read.Error!, context.CancellationToken);
        }
    }

    /// <summary>
    /// A request that is refused before anybody is asked who sends it, told to the operator of a known client that it names.
    /// </summary>
    public static async Task RecordUnreadAsync(HttpContext http, string? sent, OAuthError error, CancellationToken cancellation)
    {
        var services = http.RequestServices;
        if (PresentedCredentials.NameIn(http, sent) is { } id && services.GetRequiredService<ClientDirectory>().Find(id) is { } client)
        {
            await services.GetRequiredService<ClientRefusals>().RecordClientAsync(http, client.Id, error, cancellation);
        }
    }

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (!context.Passes(await AuthenticateAsync(context.Http, context.Request, context.CancellationToken), out var client))
        {
            return;
        }

        // RFC 7662 §2.1: whoever asks has to be known, and a public client could be anybody.
        if (client.IsPublic && context.EndpointType == OpenIddictServerEndpointType.Introspection)
        {
            context.Refuse(OAuthError.InvalidClient("a public client cannot introspect"));
            return;
        }

        if (!client.IsPublic)
        {
            fetches.NoteRequest(context.Http, client.Id);
        }

        context.Transaction.Keep(new ClientRequest(client, context.Request));
        context.Request.ClientId = client.Id;
    }

    private async Task<Result<Client, OAuthError>> AuthenticateAsync(
        HttpContext http, OpenIddictRequest parameters, CancellationToken cancellation)
    {
        if (PresentedCredentials.Read(http, parameters).Failed(out var error, out var presented))
        {
            return error;
        }

        var client = clients.Find(presented.ClientId);
        if (await RefusalAsync(http, client, presented, cancellation) is not { } refusal)
        {
            return client!;
        }

        var counted = $"{presented.ClientId}@{ClientAddress.Counted(http)}";
        if (await throttle.ReserveClientAsync(counted, cancellation) is { } wait)
        {
            return OAuthError.TooManyAttempts(wait);
        }

        // Of one that is off the name is known too.
        var known = client?.Id ?? (clients.IsOff(presented.ClientId) ? presented.ClientId : null);
        await refusals.RecordClientAsync(http, known, refusal, cancellation);
        return refusal;
    }

    /// <summary>Why what it brings does not prove a client by the method of its registration (OIDC Core §9, RFC 8705 §2).</summary>
    private async Task<OAuthError?> RefusalAsync(
        HttpContext http, Client? client, PresentedCredentials presented, CancellationToken cancellation) =>
        client switch
        {
            null when clients.IsOff(presented.ClientId) => OAuthError.InvalidClient(RefusalReasons.IsOff),
            null => OAuthError.InvalidClient("unknown client"),
            _ when !presented.Fit(client.AuthenticationMethod) => OAuthError.WrongMethod(client.AuthenticationMethod),
            { IsPublic: true } => null,
            _ when client.AuthenticationMethod.IsByAssertion() => await assertions.RefusalAsync(
                client, presented.Value, [options.Issuer + TokenPath, options.Issuer + http.Request.Path.Value], cancellation),
            _ when client.AuthenticationMethod.IsByCertificate() =>
                await certificates.RefusalAsync(http, client, cancellation) is { } reason ? OAuthError.InvalidClient(reason) : null,
            _ when client.Secrets.FirstOrDefault(secret => secret.Matches(presented.Value, clock.GetUtcNow())) is { } used =>
                Accepted(client, used),
            _ when client.Secrets.Any(secret => secret.Matches(presented.Value, DateTimeOffset.MinValue)) =>
                OAuthError.InvalidClient("expired secret"),
            _ => OAuthError.InvalidClient("wrong secret"),
        };

    private OAuthError? Accepted(Client client, ClientSecret used)
    {
        uses.Note(client.Id, used.Hash);
        return null;
    }
}

/// <summary>Whoever presents an access token has already proved who they are.</summary>
internal sealed class RequireCredentials : IOpenIddictServerHandlerFilter<ProcessAuthenticationContext>
{
    public ValueTask<bool> IsActiveAsync(ProcessAuthenticationContext context) =>
        ValueTask.FromResult(context.EndpointType != OpenIddictServerEndpointType.UserInfo);
}
