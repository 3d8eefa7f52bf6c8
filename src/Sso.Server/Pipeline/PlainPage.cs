using System.Net;
using Sso.Server.Authorization;

namespace Sso.Server.Pipeline;

/// <summary>A simple page in both languages, for moments when the page machinery cannot be relied on.</summary>
internal static class PlainPage
{
    /// <param name="http">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="title">In Italian, like the language of the page.</param>
    /// <param name="italian">What happened and what to do.</param>
    /// <param name="english">The same.</param>
    public static async Task WriteAsync(HttpContext http, int status, string title, string italian, string english)
    {
        var brand = http.RequestServices.GetRequiredService<PageBrand>().For(http);
        var colours = brand.Stylesheet is { } sheet ? $"\n<link rel=\"stylesheet\" href=\"{sheet.Path}\">" : "";
        var name = WebUtility.HtmlEncode(brand.Name);
        var logo = """<img src="/img/favicon.svg" alt="" width="32" height="32">""";
        var header = $"""<header class="head"><span class="brand">{logo}{name}</span></header>""";
        var card = $"""<div class="card"><h1>{title}</h1><p>{italian}</p><p lang="en">{english}</p></div>""";
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync($$"""
            <!doctype html>
            <html lang="it">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{title}} – {{name}}</title>
            <link rel="stylesheet" href="/css/site.css">{{colours}}
            </head>
            <body>{{header}}<main class="page" id="main">{{card}}</main></body>
            </html>
            """);
    }
}
