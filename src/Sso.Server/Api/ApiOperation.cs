using System.Text.Json.Serialization.Metadata;

namespace Sso.Server.Api;

/// <summary>What a route of the API needs, and what its description says of it.</summary>
/// <param name="Id">Its name in the description.</param>
/// <param name="Scope">Without this scope the route answers nobody.</param>
/// <param name="Summary">What it does, in a sentence.</param>
internal sealed record ApiOperation(string Id, string Scope, string Summary)
{
    /// <summary>What is sent; null for nothing.</summary>
    public JsonTypeInfo? Body { get; init; }

    /// <summary>What is answered; null for nothing.</summary>
    public JsonTypeInfo? Answer { get; init; }

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>True: it changes something that the caller must have seen (RFC 6585 §3).</summary>
    public bool IsConditional { get; init; }

    /// <summary>The longest body, in bytes.</summary>
    public int LongestBody { get; init; } = 64 * 1024;

    /// <summary>What may stand in the query.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];
}

internal static class ApiRoutes
{
    /// <summary>A family of routes, all of which ask who calls before anything else.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string root)
    {
        var group = routes.MapGroup(root);
        group.AddEndpointFilter(ApiGate.PassAsync).AddEndpointFilter(IdempotencyGate.PassAsync).DisableAntiforgery();
        return group;
    }

    public static void WithOperation(this RouteHandlerBuilder route, ApiOperation operation) => route.WithMetadata(operation);
}
