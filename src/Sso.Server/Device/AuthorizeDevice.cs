using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Data.Authorization;
using Sso.Extensions.RichRequests;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Device;
using Sso.Server.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.SignIn;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Device;

/// <summary>
/// The device authorization endpoint (RFC 8628 §3.1): a device without a browser asks for a code that its person types elsewhere.
/// </summary>
internal sealed class AuthorizeDevice(ClientDirectory directory, AuthorizationTypes types, Throttle throttle, WaitingRequests waiting)
    : IOpenIddictServerHandler<HandleDeviceAuthorizationRequestContext>
{
    public const string Path = "/connect/device";

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string Codes = "sso:device-codes";

    public async ValueTask HandleAsync(HandleDeviceAuthorizationRequestContext context)
    {
        var request = AuthenticateClient.Of(context.Transaction);
        if (await RefusalAsync(context.Http, request, context.CancellationToken) is { } refusal)
        {
            context.Refuse(refusal);
            return;
        }

        context.Transaction.Properties[Codes] = await waiting.AddDeviceAsync(request.Client.Id, request.Parameters, Lifetime, context.CancellationToken);
        // Nobody is signed in yet.
        context.SignIn(
            new ClaimsPrincipal(new ClaimsIdentity()),
            new Dictionary<string, OpenIddictParameter> { ["interval"] = (long)WaitingRequest.UsualInterval.TotalSeconds });
    }

    private async Task<OAuthError?> RefusalAsync(HttpContext http, ClientRequest request, CancellationToken cancellation) =>
        !request.Client.GrantTypes.Contains(GrantTypes.DeviceCode) ? OAuthError.UnauthorizedGrantType
        : AskedAccess.Check(request.Parameters, request.Client, directory.FindResource, types.Find).Failed(out var error, out _) ? error
        // Anybody can speak for a public client, so what they can make us store is limited.
        : request.Client.IsPublic && await throttle.ReserveDeviceAsync(ClientAddress.Counted(http), cancellation) is { } wait
            ? OAuthError.TooManyRequests(wait)
        : null;

    /// <summary>Hands out what was stored.</summary>
    public static void GiveCodes(GenerateTokenContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.DeviceAuthorization)
        {
            var (deviceCode, userCode) = ((string, UserCode))context.Transaction.Properties[Codes]!;
            context.Token = context.TokenType == OpenIddictConstants.TokenTypeIdentifiers.Private.DeviceCode ? deviceCode : userCode.ToString();
        }
    }
}
