using OpenIddict.Server;
using Sso.Server.AdminApi;
using Sso.Server.Authorization;
using Sso.Server.Brands;
using Sso.Server.Ciba;
using Sso.Server.Deliveries;
using Sso.Server.Device;
using Sso.Server.Discovery;
using Sso.Server.Introspection;
using Sso.Server.Logout;
using Sso.Server.Operations;
using Sso.Server.Engine;
using Sso.Server.Registration;
using Sso.Server.Revocation;
using Sso.Server.Scim;
using Sso.Server.Token;
using Sso.Server.UserInfo;

namespace Sso.Server;

/// <summary>Every route that is not a page; HEAD works wherever GET does.</summary>
internal static class EndpointMap
{
    public static void MapSso(this IEndpointRouteBuilder routes)
    {
        ProtocolRoute.Map(routes, ReceiveRequest.Path, OpenIddictServerEndpointType.Authorization, "GET", "POST"); // OIDC Core §3.1.2
        ProtocolRoute.Map(routes, ReceiveRequest.ContinuePath, OpenIddictServerEndpointType.Authorization, "GET");
        ProtocolRoute.Map(routes, PushRequest.Path, OpenIddictServerEndpointType.PushedAuthorization);             // RFC 9126 §2
        ProtocolRoute.Map(routes, CibaHost.Path, OpenIddictServerEndpointType.Unknown);                            // CIBA Core §7
        ProtocolRoute.Map(routes, AuthorizeDevice.Path, OpenIddictServerEndpointType.DeviceAuthorization);         // RFC 8628 §3.1
        ProtocolRoute.Map(routes, RedeemGrant.Path, OpenIddictServerEndpointType.Token);                           // RFC 6749 §3.2
        ProtocolRoute.Map(routes, IntrospectToken.Path, OpenIddictServerEndpointType.Introspection);               // RFC 7662 §2, RFC 9701
        ProtocolRoute.Map(routes, RevokeGrant.Path, OpenIddictServerEndpointType.Revocation);                      // RFC 7009 §2
        ProtocolRoute.Map(routes, TellPerson.Path, OpenIddictServerEndpointType.UserInfo, "GET", "POST");          // OIDC Core §5.3
        ProtocolRoute.Map(routes, EndSession.Path, OpenIddictServerEndpointType.EndSession, "GET", "POST");        // RP-Initiated Logout §2
        SessionStates.Map(routes);           // GET /connect/checksession               Session Management §3.2
        RegistrationHost.Map(routes);        // POST /connect/register; GET, PUT, DELETE /…/{clientId}  RFC 7591 §3, RFC 7592 §2
        PublishedDocuments.Map(routes);      // GET /.well-known/openid-configuration   OIDC Discovery §4, RFC 8414 §3
                                             // GET /.well-known/jwks                   RFC 7517 §5
        WebFingerEndpoint.Map(routes);       // GET /.well-known/webfinger              RFC 7033 §4, OIDC Discovery §2
        SecurityContactEndpoint.Map(routes); // GET /.well-known/security.txt           RFC 9116
        AdminApiRoutes.Map(routes);          // /api/admin/v1/…                         RFC 9457, RFC 6750
        ScimRoutes.Map(routes);              // /scim/v2/…                              RFC 7643, RFC 7644
        ReceiptEndpoint.Map(routes);         // GET, POST /delivery/receipts/{route}
        BrandEndpoint.Map(routes);           // GET /brand/{id}.{hash}.{format}
        Health.Map(routes);                  // GET /health/live, /health/ready
        routes.MapGet("/.well-known/change-password", () => Results.Redirect("/account/password"));
        routes.MapGet("/login", (HttpContext http) => Results.Redirect("/signin" + http.Request.QueryString));
        routes.MapGet("/", () => Results.Redirect("/account"));
    }
}
