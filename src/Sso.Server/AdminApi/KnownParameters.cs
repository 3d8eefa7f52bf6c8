using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.AdminApi;

/// <summary>
/// A parameter that a route does not know is refused: passed over, a mistyped condition would find everybody, and a program would go on
/// with the first of them.
/// </summary>
internal static class KnownParameters
{
    public static ValueTask<object?> RefuseOthersAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var known = http.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiOperation>().Query;
        FieldError[] unknown =
        [
            .. http.Request.Query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(name => new FieldError(
                name, "It is no parameter of this route.", known.Count == 0 ? "Leave it out." : $"There are: {string.Join(", ", known)}.")),
        ];
        return unknown.Length == 0 ? next(context) : ValueTask.FromResult<object?>(ApiBody.Invalid([.. unknown]));
    }
}
