using Sso.Accounts.Actors;
using Sso.Server.Operations;

namespace Sso.Server.Api;

/// <summary>The door of every route of the API: only who was identified passes, and whatever is recorded names them.</summary>
internal static class ApiGate
{
    private static readonly object Key = new();

    public static async ValueTask<object?> PassAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var scope = http.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiOperation>().Scope;
        var callers = http.RequestServices.GetRequiredService<ApiCallers>();
        if ((await callers.IdentifyAsync(http, scope, http.RequestAborted)).Failed(out var error, out var clientId))
        {
            return error;
        }

        http.Items[Key] = clientId;
        RequestActor.Set(http, ActingOperator.OfProgram(clientId).Name);
        return await next(context);
    }

    public static ActingOperator ActorOf(HttpContext http) => ActingOperator.OfProgram(CallerOf(http));

    /// <summary>The client that asks.</summary>
    public static string CallerOf(HttpContext http) => (string)http.Items[Key]!;
}
