using Sso.Data.Authorization;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.SignIn;

namespace Sso.Server.Device;

/// <summary>
/// The device authorization endpoint (RFC 8628 §3.1): a device without a browser asks for a code that its person types elsewhere.
/// </summary>
internal static class DeviceAuthorizationEndpoint
{
    public const string Path = "/connect/device";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        ClientAuthenticator clients,
        ClientDirectory directory,
        AuthorizationTypes types,
        Throttle throttle,
        WaitingRequests waiting,
        SsoOptions sso,
        CancellationToken cancellation)
    {
        if ((await clients.ReadAsync(http, cancellation)).Failed(out var error, out var request))
        {
            return new OAuthErrorResult(error);
        }

        if (!request.Client.GrantTypes.Contains(GrantTypes.DeviceCode))
        {
            return new OAuthErrorResult(OAuthError.UnauthorizedGrantType);
        }

        if (AskedAccess.Check(request.Parameters, request.Client, directory.FindResource, types.Find).Failed(out error, out _))
        {
            return new OAuthErrorResult(error);
        }

        // Anybody can speak for a public client, so what they can make us store is limited.
        if (request.Client.IsPublic && await throttle.ReserveDeviceAsync(ClientAddress.Counted(http), cancellation) is { } wait)
        {
            return new OAuthErrorResult(OAuthError.TooManyRequests(wait));
        }

        var (deviceCode, userCode) = await waiting.AddDeviceAsync(request.Client.Id, request.Parameters, Lifetime, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new DeviceAuthorizationResponse(
                deviceCode,
                userCode.ToString(),
                $"{sso.Issuer}/device",
                $"{sso.Issuer}/device?user_code={userCode}",
                (int)Lifetime.TotalSeconds,
                (int)WaitingRequest.UsualInterval.TotalSeconds),
            SsoJson.Default.DeviceAuthorizationResponse);
    }
}

/// <summary>RFC 8628 §3.2. <paramref name="ExpiresIn"/> and <paramref name="Interval"/> are in seconds.</summary>
public sealed record DeviceAuthorizationResponse(
    string DeviceCode, string UserCode, string VerificationUri, string VerificationUriComplete, int ExpiresIn, int Interval)
{
    public override string ToString() => "(device authorization)";
}
