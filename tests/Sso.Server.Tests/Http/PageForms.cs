using System.Reflection;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Sso.Testing;

namespace Sso.Server.Tests.Http;

/// <summary>A form that some page takes: found by itself, so that a new one is in every test about forms.</summary>
internal sealed record PageForm(string Url, Type Page, MethodInfo Handler)
{
    public const string AntiforgeryField = "__RequestVerificationToken";

    /// <summary>These pages change nothing; they must answer a refused POST too.</summary>
    private static readonly string[] ChangesNothing = ["/error", "/console/no-access"];

    public static async Task<IReadOnlyList<PageForm>> AllAsync(SsoServer server)
    {
        var services = server.App.Services;
        var forms = new List<PageForm>();
        foreach (var page in services.GetRequiredService<IActionDescriptorCollectionProvider>()
            .ActionDescriptors.Items.OfType<PageActionDescriptor>())
        {
            var path = "/" + page.AttributeRouteInfo!.Template;
            var compiled = await services.GetRequiredService<PageLoader>()
                .LoadAsync(page, Microsoft.AspNetCore.Http.EndpointMetadataCollection.Empty);
            forms.AddRange(compiled.HandlerMethods.Where(handler => handler.HttpMethod == "Post" && !ChangesNothing.Contains(path))
                .Select(
                    handler => new PageForm(
                        handler.Name is null ? path : $"{path}?handler={handler.Name}", compiled.HandlerTypeInfo, handler.MethodInfo)));
        }

        return forms;
    }

    public static string ValueIn(Sso.Testing.Page page) =>
        page.Document.QuerySelector($"[name={AntiforgeryField}]")!.GetAttribute("value")!;
}
