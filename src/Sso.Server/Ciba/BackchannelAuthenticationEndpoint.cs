using Sso.Extensions.RequestObjects;
using Sso.Extensions.RichRequests;
using Sso.Data.Authorization;
using Sso.Protocol;
using Sso.Protocol.Ciba;
using Sso.Server.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;

namespace Sso.Server.Ciba;

/// <summary>
/// The backchannel authentication endpoint (CIBA Core §7): an application asks for a person who is not before it; the
/// person answers in the account area.
/// </summary>
internal static class BackchannelAuthenticationEndpoint
{
    public const string Path = "/connect/ciba";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        ClientAuthenticator clients,
        ClientDirectory directory,
        RequestObjects objects,
        AuthorizationTypes types,
        BackchannelRequests requests,
        CancellationToken cancellation)
    {
        if ((await clients.ReadAsync(http, cancellation)).Failed(out var error, out var request))
        {
            return new OAuthErrorResult(error);
        }

        // CIBA Core §4: whoever may ask people is known by more than a name.
        if (request.Client.IsPublic || !request.Client.GrantTypes.Contains(GrantTypes.Ciba))
        {
            return new OAuthErrorResult(OAuthError.UnauthorizedGrantType);
        }

        if ((await objects.OpenBackchannelAsync(request.Client, request.Parameters, cancellation)).Failed(out error, out var parameters)
            || BackchannelRequest.Check(parameters, request.Client, directory.FindResource, types.Find).Failed(out error, out var asked)
            || (await requests.AddAsync(http, request with { Parameters = parameters }, asked, cancellation))
            .Failed(out error, out var authReqId))
        {
            return new OAuthErrorResult(error);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new BackchannelAuthenticationResponse(
                authReqId, (int)asked.Lifetime.TotalSeconds, (int)WaitingRequest.UsualInterval.TotalSeconds),
            SsoJson.Default.BackchannelAuthenticationResponse);
    }
}

/// <summary>CIBA Core §7.3. <paramref name="ExpiresIn"/> and <paramref name="Interval"/> are in seconds.</summary>
public sealed record BackchannelAuthenticationResponse(string AuthReqId, int ExpiresIn, int Interval)
{
    public override string ToString() => "(backchannel authentication)";
}
