using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore;

namespace Sso.Extensions.Host;

/// <summary>
/// What a handler has at hand, whichever event it handles: the request, what the handlers before it found out, and ways to answer and to
/// refuse. Errors of our table keep their id, status and wait.
/// </summary>
public static class HandlerContexts
{
    extension(BaseContext context)
    {
        /// <summary>The request of which the event is a part.</summary>
        public HttpContext Http => context.Transaction.GetHttpRequest()!.HttpContext;
    }

    /// <summary>What a handler found out that later ones of the same request need, one of each type; null if nothing was kept.</summary>
    public static T? Kept<T>(this OpenIddictServerTransaction transaction)
        where T : class => transaction.GetProperty<T>(typeof(T).FullName!);

    public static void Keep<T>(this OpenIddictServerTransaction transaction, T? fact)
        where T : class => transaction.SetProperty(typeof(T).FullName!, fact);

    /// <summary>Answers ourselves: nothing of OpenIddict runs after this.</summary>
    public static async Task AnswerAsync(this BaseRequestContext context, IResult result)
    {
        await result.ExecuteAsync(context.Http);
        context.HandleRequest();
    }

    public static void Refuse(this BaseValidatingContext context, OAuthError error)
    {
        context.Transaction.Keep(error);
        context.Reject(error.Code, error.Description);
    }

    /// <summary>Nothing where there is no error.</summary>
    public static void RefuseIf(this BaseValidatingContext context, OAuthError? error)
    {
        if (error is not null)
        {
            context.Refuse(error);
        }
    }

    /// <summary>False if an error stands in the place of the value: it is refused then.</summary>
    public static bool Passes<T>(this BaseValidatingContext context, Result<T, OAuthError> result, [NotNullWhen(true)] out T? value)
    {
        var failed = result.Failed(out var error, out value);
        context.RefuseIf(error);
        return !failed;
    }

    /// <summary>For a good request that cannot be answered after all: the error takes the place of the answer.</summary>
    public static void Answer(this OpenIddictServerTransaction transaction, OAuthError error)
    {
        transaction.Keep(error);
        transaction.Response = new() { Error = error.Code, ErrorDescription = error.Description };
    }
}
