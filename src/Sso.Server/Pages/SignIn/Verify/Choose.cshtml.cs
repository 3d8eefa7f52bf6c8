using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Protocol.Authorization;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>Which of the enrolled ways to use (screen V6); recovery codes come last.</summary>
public sealed class Choose(IStringLocalizer<Choose> text) : ChallengePage
{
    [BindProperty(Name = "Input.Method")]
    public string? Method { get; set; }

    public IEnumerable<ProofMethod> Ordered => MethodChoice.InOrder(Methods);

    protected override ProofMethod? Asked => null;

    public void OnGet()
    {
    }

    public IActionResult OnPost()
    {
        if (MethodChoice.Chosen(Methods, Method) is { } method)
        {
            return SeeOther($"/signin/verify/{MethodChoice.ValueOf(method)}?flow={RequestHandle}");
        }

        ModelState.AddModelError("Input.Method", text["Empty"]);
        return Page();
    }
}
