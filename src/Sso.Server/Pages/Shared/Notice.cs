using Microsoft.AspNetCore.Html;

namespace Sso.Server.Pages.Shared;

/// <summary>A banner with a drawing and a sentence.</summary>
internal sealed record Notice(string Kind, string Text)
{
    public HtmlString Icon => Kind switch
    {
        "success" => Shared.Icon.Done,
        "warning" or "error" => Shared.Icon.Problem,
        _ => Shared.Icon.Information,
    };
}
