using OpenIddict.Server;
using Sso.Accounts.Limits;
using Sso.Data.Authorization;
using Sso.Extensions.Host;
using Sso.Extensions.RichRequests;
using Sso.Server.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Device;

/// <summary>The device authorization endpoint (RFC 8628 §3.1): a device asks for a code that its user types elsewhere.</summary>
internal sealed class AuthorizeDevice(
    ClientDirectory directory, AuthorizationTypes types, Throttle throttle, WaitingRequestStore waiting, SsoOptions options,
    IOpenIddictServerDispatcher dispatcher) : IOpenIddictServerHandler<HandleDeviceAuthorizationRequestContext>
{
    public const string Path = "/connect/device";

    /// <summary>Where a person types the code (RFC 8628 §3.3).</summary>
    public const string VerificationPath = "/device";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public async ValueTask HandleAsync(HandleDeviceAuthorizationRequestContext context)
    {
        var request = AuthenticateClient.Of(context.Transaction);
        if (await RefusalAsync(context.Http, request, context.CancellationToken) is { } refusal)
        {
            context.Refuse(refusal);
            return;
        }

        var (deviceCode, userCode) = await waiting.AddDeviceAsync(
            request.Client.Id, request.Parameters, Lifetime, context.CancellationToken);
        context.Transaction.Response = new()
        {
            DeviceCode = deviceCode,
            UserCode = userCode.ToString(),
            VerificationUri = options.Issuer + VerificationPath,
            VerificationUriComplete = $"{options.Issuer}{VerificationPath}?user_code={userCode}",
            ExpiresIn = (long)Lifetime.TotalSeconds,
            ["interval"] = (long)WaitingRequest.UsualInterval.TotalSeconds,
        };
        await dispatcher.DispatchAsync(new ApplyDeviceAuthorizationResponseContext(context.Transaction));
        context.HandleRequest();
    }

    private async Task<OAuthError?> RefusalAsync(HttpContext http, ClientRequest request, CancellationToken cancellation) =>
        request.Client switch
        {
            var client when !client.GrantTypes.Contains(GrantTypes.DeviceCode) => OAuthError.UnauthorizedGrantType,
            var client when AskedAccess.Check(request.Parameters, client, directory.FindResource, types.Find).Error is { } error => error,
            // Anybody can speak for a public client, so how much they can make us store is limited.
            { IsPublic: true } when await throttle.ReserveDeviceAsync(ClientAddress.Counted(http), cancellation) is { } wait =>
                OAuthError.TooManyRequests(wait),
            _ => null,
        };
}
