using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;

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

        IdempotentAttempt.Set(http, request.Attempt);
        object? answer;
        try
        {
            answer = await next(context);
        }
        catch (DbUpdateConcurrencyException exception) when (exception.Entries.Any(entry => entry.Entity is IdempotentRequest))
        {
            return IdempotentRequests.Overtaken;
        }
        catch
        {
            await requests.ForgetUnlessDoneAsync(request.Attempt);
            throw;
        }
        finally
        {
            IdempotentAttempt.Clear(http);
        }

        // The caller may have gone: the answer is kept all the same. What was refused did nothing, and may come again.
        await (answer is ApiAnswer done ? requests.KeepAsync(request.Attempt, done) : requests.ForgetAsync(request.Attempt));
        return answer;
    }
}
