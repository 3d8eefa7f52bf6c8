namespace Sso.Server.Operations;

/// <summary>Probes: live while the process answers; ready while the database confirms what this node has in memory.</summary>
internal static class Health
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Text("live"));
        routes.MapGet("/health/ready", (ServerState state) => state.IsReady
            ? Results.Text("ready")
            : Results.Text(
                state.Problem ?? "The database has not answered for 30 seconds.", statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
