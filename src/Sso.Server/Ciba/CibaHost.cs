using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Data.Authorization;
using Sso.Extensions.Ciba;
using Sso.Extensions.Host;
using Sso.Protocol.Ciba;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Token;

namespace Sso.Server.Ciba;

/// <summary>A person is asked in the account area, and the pending request is a row, like that of a device.</summary>
internal sealed class CibaHost(BackchannelRequests requests, WaitingGrant waiting, ClientDirectory directory) : ICibaHost
{
    public const string Path = "/connect/ciba";

    public Resource? FindResource(string id) => directory.FindResource(id);

    public Task<Result<string, OAuthError>> AskAsync(
        HttpContext http, Client client, OpenIddictRequest parameters, BackchannelRequest asked, CancellationToken cancellation) =>
        requests.AddAsync(http, new ClientRequest(client, parameters), asked, cancellation);

    public async Task<Result<ClaimsPrincipal, OAuthError>> RedeemAsync(
        OpenIddictServerTransaction transaction, string authReqId, CancellationToken cancellation)
    {
        var request = AuthenticateClient.Of(transaction);
        var asked = new TokenRequest(request.Client, request.Parameters, transaction.Sender, Presented: null);
        return (await waiting.RedeemAsync(WaitingKind.Backchannel, authReqId, asked, cancellation)).Failed(out var error, out var approved)
            ? error
            : approved;
    }
}
