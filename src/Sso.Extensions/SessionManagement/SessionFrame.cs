using System.Security.Cryptography;
using System.Text;

namespace Sso.Extensions.SessionManagement;

/// <summary>The frame (Session Management §3.2): cached, it answers by itself, and only origins of clients, known as hashes.</summary>
internal sealed class SessionFrame(ISessionManagementHost host) : IOpenIddictServerHandler<ProcessRequestContext>
{
    /// <summary>Twelve bytes of SHA-256 in base64url: enough to distinguish origins, without listing who the clients are.</summary>
    private const int HashLength = 16;

    public async ValueTask HandleAsync(ProcessRequestContext context)
    {
        var script = Script.Replace("{cookie}", host.Cookie, StringComparison.Ordinal);
        var page = Encoding.UTF8.GetBytes(
            $"<!doctype html><html lang=\"en\" data-origins=\"{string.Join(' ', host.Origins.Select(Known))}\"><head><meta "
                + "charset=\"utf-8\"><title>Sso</title></head>"
            + $"<body><script>{script}</script></body></html>");
        var headers = context.Http.Response.Headers;
        headers.CacheControl = "public, max-age=300";
        // Other sites load it: only this script runs there.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'; "
            + "frame-ancestors https: http://localhost:* http://127.0.0.1:*; form-action 'none'; base-uri 'none'";
        await context.AnswerAsync(TypedResults.Bytes(
            page, "text/html; charset=utf-8", entityTag: new($"\"{Convert.ToHexStringLower(SHA256.HashData(page)[..16])}\"")));
    }

    private static string Known(string origin) => AttachSessionState.HashOf(origin)[..HashLength];

    private const string Script = """
        (() => {
          "use strict";
          const known = new Set(document.documentElement.dataset.origins.split(" "));
          const origins = new Map();
          const hash = async (text) => {
            const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
            return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
          };
          const isKnown = async (origin) => {
            if (!origins.has(origin)) {
              if (origins.size > 50) origins.clear();
              origins.set(origin, known.has((await hash(origin)).slice(0, 16)));
            }
            return origins.get(origin);
          };
          const state = () => {
            const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith("{cookie}="));
            return pair ? decodeURIComponent(pair.slice("{cookie}=".length)) : "";
          };
          addEventListener("message", async (event) => {
            const message = event.data;
            if (typeof message !== "string" || message.length > 2000 || !event.source || !(await isKnown(event.origin))) return;
            const parts = /^([^ ]+) ([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(message);
            const answer = !parts ? "error"
              : (await hash(`${parts[1]} ${event.origin} ${state()} ${parts[3]}`)) === parts[2] ? "unchanged" : "changed";
            event.source.postMessage(answer, event.origin);
          });
        })();
        """;
}
