using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing.Matching;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Http;

namespace Sso.Server.Pipeline;

/// <summary>
/// Every route answers exactly its methods, and HEAD wherever it answers GET; any other method is answered with a list of them (RFC 9110
/// §9.1, §15.5.6). The framework's own policy says 404 if a static file could have the address, and lets a page take any method.
/// </summary>
internal sealed class RouteMethods : MatcherPolicy, IEndpointSelectorPolicy
{
    private static readonly string[] OfText = [HttpMethods.Get];

    /// <summary>After the pages were loaded: they know their handlers only then.</summary>
    public override int Order => 0;

    public static void Use(IServiceCollection services)
    {
        services.Remove(services.Single(service => service.ImplementationType == typeof(HttpMethodMatcherPolicy)));
        services.AddSingleton<MatcherPolicy, RouteMethods>();
    }

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        // Nearly always, the address has one route, which takes the method.
        if (candidates.Count == 1 && candidates.IsValidCandidate(0) && Takes(candidates[0].Endpoint, httpContext.Request.Method))
        {
            return Task.CompletedTask;
        }

        var valid = Enumerable.Range(0, candidates.Count).Where(candidates.IsValidCandidate).ToList();
        // The most specific route counts: less specific ones are files, which could have any address.
        var meant = valid.Where(index => candidates[index].Score == candidates[valid[0]].Score).ToList();
        foreach (var index in valid.Where(index => !Takes(candidates[index].Endpoint, httpContext.Request.Method)))
        {
            candidates.SetValidity(index, false);
        }

        if (meant.Count > 0 && !meant.Exists(candidates.IsValidCandidate))
        {
            var taken = meant.SelectMany(index => MethodsOf(candidates[index].Endpoint)).ToHashSet(StringComparer.Ordinal);
            var allowed = string.Join(
                ", ", taken.Union(taken.Contains(HttpMethods.Get) ? [HttpMethods.Head] : []).Order(StringComparer.Ordinal));
            httpContext.SetEndpoint(new Endpoint(http => RefuseAsync(http, allowed), EndpointMetadataCollection.Empty, "405"));
        }

        return Task.CompletedTask;
    }

    private static bool Takes(Endpoint endpoint, string method) =>
        MethodsOf(endpoint).Contains(HttpMethods.IsHead(method) ? HttpMethods.Get : method, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A page has handlers only for these two: the framework takes its OnPageHandlerExecutionAsync for that of a method PAGE, and would
    /// call it.
    /// </summary>
    private static IEnumerable<string> MethodsOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
        ?? (endpoint.Metadata.GetMetadata<CompiledPageActionDescriptor>() is { HandlerMethods: { Count: > 0 } handlers }
            ? handlers.Select(handler => handler.HttpMethod.ToUpperInvariant()).Where(method => method is "GET" or "POST")
            : OfText);

    private static async Task RefuseAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        await (ApiError.IsAnsweredAt(http.Request.Path)
            ? new ApiError(StatusCodes.Status405MethodNotAllowed, $"This address takes {allowed}.").ExecuteAsync(http)
            : ApplicationEndpoints.Contains(http.Request.Path)
            ? RefuseApplicationAsync(http, OAuthError.MethodNotTaken(http.Request.Method, allowed))
            : PlainPage.WriteAsync(
                http, StatusCodes.Status405MethodNotAllowed, "Richiesta non valida",
                "Questo indirizzo non accetta richieste di questo tipo.",
                "This address does not take requests of this kind."));
    }

    /// <summary>
    /// Of a known application that names itself, in the address or its header, the operator is told too: its form went the wrong way.
    /// </summary>
    private static async Task RefuseApplicationAsync(HttpContext http, OAuthError error)
    {
        if (PresentedCredentials.NameIn(http, http.Request.Query["client_id"] is [{ } only] ? only : null) is { } id
            && http.RequestServices.GetRequiredService<ClientDirectory>().Find(id) is not null)
        {
            await http.RequestServices.GetRequiredService<ClientRefusals>().RecordMethodAsync(http, id, error, http.RequestAborted);
        }

        await new OAuthErrorResult(error).ExecuteAsync(http);
    }
}
