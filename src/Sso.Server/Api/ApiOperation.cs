using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Sso.Server.Api;

/// <summary>What a route of the API needs, and what its description says of it.</summary>
/// <param name="Id">Its name in the description.</param>
/// <param name="Scope">Without this scope the route answers nobody.</param>
/// <param name="Summary">What it does, in a sentence.</param>
internal sealed record ApiOperation(string Id, string Scope, string Summary)
{
    /// <summary>What is sent; null for nothing.</summary>
    public ApiSchema? Body { get; init; }

    /// <summary>How it is sent; null as is usual for the method.</summary>
    public string? BodyType { get; init; }

    /// <summary>What is answered; null for nothing.</summary>
    public ApiSchema? Answer { get; init; }

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>True: it changes something that the caller must have seen (RFC 6585 §3).</summary>
    public bool IsConditional { get; init; }

    /// <summary>The longest body, in bytes.</summary>
    public int LongestBody { get; init; } = 64 * 1024;

    /// <summary>What may stand in the query.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];
}

/// <summary>The form of a body, by its name in the description: of a type that is read and written, or written by hand.</summary>
/// <param name="Name">Such as Person. Programs that are generated from the description call their types so.</param>
/// <param name="Type">Null for one written by hand.</param>
/// <param name="Make">Null for that of a type.</param>
internal sealed record ApiSchema(string Name, JsonTypeInfo? Type, Func<JsonObject>? Make)
{
    public static implicit operator ApiSchema(JsonTypeInfo type) => new(NameOf(type.Type), type, Make: null);

    /// <summary>As the API calls it: it has no views and no documents.</summary>
    public static string NameOf(Type type) => type switch
    {
        { IsGenericType: true } => NameOf(type.GetGenericArguments()[0]) + "Page",
        { Name: "ClientView" } => "Application",
        { Name: "ApplicationDocument" } => "ApplicationWithSecret",
        { Name: "PersonProfile" } => "Person",
        { Name: "PersonDescription" } => "PersonChange",
        { Name: var name } => name.EndsWith("View", StringComparison.Ordinal) ? name[..^"View".Length] : name,
    };
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
