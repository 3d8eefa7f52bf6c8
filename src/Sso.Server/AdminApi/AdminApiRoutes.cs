using Sso.Server.Api;

namespace Sso.Server.AdminApi;

/// <summary>The admin API: what operators do at the command line, for their programs.</summary>
internal static class AdminApiRoutes
{
    public const string Root = "/api/admin/v1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapApi(Root);
        api.AddEndpointFilter(KnownParameters.RefuseOthersAsync);
        Applications.Map(api);
        Resources.Map(api);
        People.Map(api);
        AuditEvents.Map(api);
        Webhooks.Map(api);
        ApiDescription.Map(routes);
    }
}
