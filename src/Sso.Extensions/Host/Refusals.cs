using System.Diagnostics.CodeAnalysis;

namespace Sso.Extensions.Host;

/// <summary>Errors of our table in OpenIddict's pipeline, with their id, status and wait.</summary>
public static class Refusals
{
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
