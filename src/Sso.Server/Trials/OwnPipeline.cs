using System.Net.Http.Headers;
using System.Text;
using Sso.Server.Http;

namespace Sso.Server.Trials;

/// <summary>
/// Asks this server as an application would, without a connection: the request runs through everything that follows here. So it needs no
/// way from this machine to its own public address, and nothing lets it skip a check.
/// </summary>
internal sealed class OwnPipeline(IServiceScopeFactory scopes)
{
    private RequestDelegate? _pipeline;

    /// <summary>Where the address of the visitor is known, before anything is judged.</summary>
    public static void Remember(IApplicationBuilder app) =>
        app.Use(next => app.ApplicationServices.GetRequiredService<OwnPipeline>()._pipeline = next);

    /// <param name="from">The request of the person for whom it is asked.</param>
    /// <param name="path">Of this server.</param>
    /// <param name="authorization">The header of that name; null for none.</param>
    /// <param name="form">What is posted, to the end, even if the person leaves meanwhile; null for a GET.</param>
    public async Task<OwnAnswer> AskAsync(
        HttpContext from, string path, AuthenticationHeaderValue? authorization = null, IReadOnlyDictionary<string, string>? form = null)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var answered = new MemoryStream();
        using var content = new FormUrlEncodedContent(form ?? new Dictionary<string, string>());
        var left = form is null ? from.RequestAborted : CancellationToken.None;
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = left };
        ClientAddress.Lend(from, http);
        http.Response.Body = answered;
        var request = http.Request;
        (request.Method, request.Scheme, request.Host) = (form is null ? "GET" : "POST", from.Request.Scheme, from.Request.Host);
        (request.PathBase, request.Path, request.Protocol) = (from.Request.PathBase, path, from.Request.Protocol);
        if (authorization is not null)
        {
            request.Headers.Authorization = authorization.ToString();
        }

        if (form is not null)
        {
            request.ContentType = content.Headers.ContentType!.ToString();
            request.ContentLength = content.Headers.ContentLength;
            request.Body = await content.ReadAsStreamAsync(left);
        }

        await _pipeline!(http);
        await http.Response.CompleteAsync();
        return new(http.Response.StatusCode, http.Response.ContentType, Encoding.UTF8.GetString(answered.ToArray()));
    }
}

/// <summary>What the server answered itself.</summary>
internal sealed record OwnAnswer(int Status, string? ContentType, string Text)
{
    public bool IsJson => ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>By default a record would print the tokens.</summary>
    public override string ToString() => $"{Status}";
}
