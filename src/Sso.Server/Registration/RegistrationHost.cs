using OpenIddict.Server;
using Sso.Accounts.Limits;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Registrations;
using Sso.Data.Clients;
using Sso.Extensions.Registration;
using Sso.Protocol.Registration;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Polling;

namespace Sso.Server.Registration;

/// <summary>Registrations of applications are those of operators, within a policy that is off by default (RFC 7591 §5).</summary>
internal sealed class RegistrationHost(
    RegisterClient registrations, RemoveClient removal, RegistrationPolicy policy, Throttle throttle, ConfigurationPolling polling)
    : IRegistrationHost<ClientRegistration>
{
    public const string Path = "/connect/register";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var route = new ProtocolRoute(OpenIddictServerEndpointType.Unknown);
        routes.MapPost(Path, AnswerAsync).WithMetadata(route).DisableAntiforgery();
        routes.MapMethods(Path + "/{clientId}", ["GET", "PUT", "DELETE"], AnswerAsync).WithMetadata(route).DisableAntiforgery();
    }

    public async Task<OAuthError?> FindRefusalAsync(HttpContext http, string? initialToken, CancellationToken cancellation)
    {
        if (initialToken is null
            ? !policy.WithoutToken
            : !await registrations.IsGoodAsync(RegistrationToken.HashOf(initialToken), cancellation))
        {
            return OAuthError.InvalidToken("no initial access token in force");
        }

        return initialToken is null && await throttle.ReserveRegistrationAsync(ClientAddress.Counted(http), cancellation) is { } wait
            ? OAuthError.TooManyRequests(wait)
            : null;
    }

    public async Task<Result<ClientMetadata, OAuthError>> AddAsync(
        ClientMetadata metadata, string? initialToken, CancellationToken cancellation)
    {
        var hash = initialToken is null ? null : RegistrationToken.HashOf(initialToken);
        if ((await registrations.AddAsync(metadata, hash, cancellation)).Failed(out var refusal, out var registered))
        {
            return ErrorOf(refusal);
        }

        await polling.PollAsync(cancellation);
        return MetadataWriter.Of(registered.Client, registered.Secret) with { RegistrationAccessToken = registered.ManagementToken };
    }

    public Task<ClientRegistration?> FindAsync(string clientId, string managementToken, CancellationToken cancellation) =>
        registrations.FindAsync(clientId, managementToken, cancellation);

    public ClientMetadata Describe(ClientRegistration client) => MetadataWriter.Of(client);

    public async Task<Result<ClientMetadata, OAuthError>> ReplaceAsync(
        ClientRegistration former, ClientMetadata metadata, CancellationToken cancellation)
    {
        // Each change is recorded, causes what it names to be fetched, and is read by every node.
        if (await throttle.ReserveRegistrationAsync(former.Id, cancellation) is { } wait)
        {
            return OAuthError.TooManyRequests(wait);
        }

        if ((await registrations.ReplaceAsync(former, metadata, cancellation)).Failed(out var refusal, out var replaced))
        {
            return ErrorOf(refusal);
        }

        await polling.PollAsync(cancellation);
        return MetadataWriter.Of(replaced.Client, replaced.Secret);
    }

    public async Task RemoveAsync(ClientRegistration client, CancellationToken cancellation)
    {
        await removal.ExecuteAsync(client.Id, cancellation);
        await polling.PollAsync(cancellation);
    }

    private static Task AnswerAsync(HttpContext http, RegistrationPolicy policy) =>
        policy.Enabled ? ProtocolRoute.AnswerAsync(http) : TypedResults.NotFound().ExecuteAsync(http);

    /// <summary>RFC 7591 §3.2.2.</summary>
    private static OAuthError ErrorOf(Refusal refusal) => refusal.Kind == RefusalKind.NotFound
        ? OAuthError.InvalidToken("used up meanwhile, or the client was removed")
        : OAuthError.InvalidMetadata(refusal.Problems[0].Field, $"{refusal.Problems[0].What} {refusal.Problems[0].Remedy}");
}
