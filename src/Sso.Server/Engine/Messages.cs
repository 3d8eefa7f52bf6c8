using System.Text.Encodings.Web;
using System.Text.Json;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;
using Sso.Extensions.Host;

namespace Sso.Server.Engine;

internal static class Messages
{
    /// <summary>A plus in the name of an algorithm stays a plus.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For applications, who do not look at spaces.</summary>
    public static byte[] InPlainJson(this OpenIddictMessage message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            message.WriteTo(json);
        }

        return buffer.ToArray();
    }
}

/// <summary>An answer to an application as JSON.</summary>
internal sealed class AnswerInJson<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseRequestContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<TContext, AnswerInJson<TContext>>(OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<TContext>.Descriptor.Order);

    public async ValueTask HandleAsync(TContext context) =>
        await context.AnswerAsync(TypedResults.Bytes(context.Transaction.Response!.InPlainJson(), "application/json"));
}
