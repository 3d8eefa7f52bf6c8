using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Protocol;
using Sso.Protocol.Ciba;
using Sso.Protocol.Clients;

namespace Sso.Extensions.Ciba;

/// <summary>What a backchannel authentication needs of the host: to know people, to ask them, and to keep what they answered.</summary>
public interface ICibaHost
{
    /// <summary>The protected resources that may be asked for (RFC 8707 §2); null for one that is not there.</summary>
    Resource? FindResource(string id) => null;

    /// <summary>Finds out who is meant, and asks: the auth_req_id, which the client polls with.</summary>
    /// <param name="parameters">Those that counted, from inside a signed request where it was one.</param>
    /// <param name="asked">What they say, checked.</param>
    Task<Result<string, OAuthError>> AskAsync(
        HttpContext http, Client client, OpenIddictRequest parameters, BackchannelRequest asked, CancellationToken cancellation);

    /// <summary>Who answered, for the client that polls; why there are no tokens, or none yet (CIBA Core §11).</summary>
    Task<Result<ClaimsPrincipal, OAuthError>> RedeemAsync(
        OpenIddictServerTransaction transaction, string authReqId, CancellationToken cancellation);
}
