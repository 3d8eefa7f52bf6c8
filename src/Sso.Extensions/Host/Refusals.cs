using OpenIddict.Server;
using Sso.Protocol;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Extensions.Host;

/// <summary>Errors of our table in the pipeline of OpenIddict, with their id, status and wait.</summary>
public static class Refusals
{
    private const string Property = "sso:refusal";

    public static void Refuse(this BaseValidatingContext context, OAuthError error)
    {
        context.Transaction.Properties[Property] = error;
        context.Reject(error.Code, error.Description);
    }

    /// <summary>Where a request was good and its answer cannot be given after all: the error takes its place.</summary>
    public static void Answer(this OpenIddictServerTransaction transaction, OAuthError error)
    {
        transaction.Properties[Property] = error;
        transaction.Response = new() { Error = error.Code, ErrorDescription = error.Description };
    }

    /// <summary>What was refused so; null where nothing was, or a handler of OpenIddict refused.</summary>
    public static OAuthError? FindRefusal(this OpenIddictServerTransaction transaction) => transaction.Properties.GetValueOrDefault(Property) as OAuthError;
}
