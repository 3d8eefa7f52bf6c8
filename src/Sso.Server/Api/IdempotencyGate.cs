namespace Sso.Server.Api;

/// <summary>A POST with an <c>Idempotency-Key</c> is done once: when it comes again, it is answered as the first time.</summary>
internal static class IdempotencyGate
{
    public const string Header = "Idempotency-Key";
    private const int LongestKey = 200;

    public static async ValueTask<object?> PassAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.Headers.TryGetValue(Header, out var keys))
        {
            return await next(context);
        }

        if (keys is not [{ Length: > 0 and <= LongestKey } key])
        {
            return ApiBody.Invalid(
                [new(Header, $"It is not one key of 1 to {LongestKey} characters.", "Make a random one for each request.")]);
        }

        var requests = http.RequestServices.GetRequiredService<IdempotentRequests>();
        var request = await requests.BeginAsync(http, key);
        if (request.Before is { } before)
        {
            return before;
        }

        ApiAnswer? done = null;
        try
        {
            var answer = await next(context);
            done = answer as ApiAnswer;
            return answer;
        }
        finally
        {
            // What was refused did nothing, and may come again. The caller may have gone: the answer is kept all the same. Without any
            // answer nobody knows what was done: it may come again too, and finds the names that exist.
            await requests.EndAsync(request.Key, done);
        }
    }
}
