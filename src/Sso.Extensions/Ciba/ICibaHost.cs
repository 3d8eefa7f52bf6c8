using System.Security.Claims;
using Sso.Protocol.Ciba;

namespace Sso.Extensions.Ciba;

/// <summary>What a backchannel authentication needs from the host: to know people, to ask them, and to keep their answers.</summary>
public interface ICibaHost
{
    /// <summary>The protected resources that may be asked for (RFC 8707 §2); null if there is none of that name.</summary>
    Resource? FindResource(string id) => null;

    /// <summary>Finds out who is meant, and asks them: returns the auth_req_id with which the client polls.</summary>
    /// <param name="parameters">Those that count: from inside the request if it was signed.</param>
    /// <param name="asked">What they ask for, checked.</param>
    Task<Result<string, OAuthError>> AskAsync(
        HttpContext http, Client client, OpenIddictRequest parameters, BackchannelRequest asked, CancellationToken cancellation);

    /// <summary>The person who answered, for the client that polls; or why there are no tokens, or none yet (CIBA Core §11).</summary>
    Task<Result<ClaimsPrincipal, OAuthError>> RedeemAsync(
        OpenIddictServerTransaction transaction, string authReqId, CancellationToken cancellation);
}
