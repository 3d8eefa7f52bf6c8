using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>App or text message; none is preselected.</summary>
internal sealed class Method(IStringLocalizer<Method> text) : EnrolmentPage
{
    [BindProperty(Name = "Input.Method")]
    public string? Chosen { get; set; }

    public IEnumerable<ProofMethod> Ordered => MethodChoice.InOrder(Offered);

    public void OnGet()
    {
    }

    public IActionResult OnPost()
    {
        if (MethodChoice.Chosen(Offered, Chosen) is { } method)
        {
            return SeeOther(Link($"/account/mfa/{MethodChoice.ValueOf(method)}"));
        }

        ModelState.AddModelError("Input.Method", text["Empty"]);
        return Page();
    }

    public IActionResult OnPostCancel() => Cancel();
}
