using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Limits;
using Sso.Server.Authorization;
using Sso.Server.Http;

namespace Sso.Server.Pages.Device;

/// <summary>
/// Where a person types the code of a device, or arrives with it and compares (RFC 8628 §3.3, §3.3.1). What follows is decided by the gate.
/// </summary>
internal sealed class Index(
    WaitingRequestStore waiting, RequestParsing parsing, Interaction interaction, Throttle throttle, IStringLocalizer<Index> text)
    : PageModel
{
    [BindProperty(Name = "Input.UserCode")]
    public string? Typed { get; set; }

    /// <summary>From verification_uri_complete.</summary>
    [BindProperty(SupportsGet = true, Name = "user_code")]
    public string? UserCode { get; set; }

    public bool Arrived => UserCode is not null;

    public void OnGet() => UserCode = Protocol.Device.UserCode.Parse(UserCode)?.ToString();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(Typed))
        {
            return Again(text["CodeEmpty"]);
        }

        if (Protocol.Device.UserCode.Parse(Typed) is not { } code)
        {
            return Again(text["CodeWrong"]);
        }

        var address = HttpContext.Visit().CountedAddress;
        if (await throttle.ReserveUserCodeAsync(address, cancellation) is { } wait)
        {
            return Again(text["Wait", (int)Math.Ceiling(wait.TotalMinutes)]);
        }

        if (await waiting.FindDeviceAsync(code, cancellation) is not var (found, asked)
            || parsing.ForWaiting(WaitingFlow.Carry(found, asked).With("user_code", code.ToString())) is not { } request)
        {
            return Again(text["CodeWrong"]);
        }

        await throttle.UserCodeWasRightAsync(address, cancellation);
        return new SeeOther(await interaction.FindPageAsync(HttpContext, request, cancellation));
    }

    private PageResult Again(string problem)
    {
        ModelState.AddModelError("Input.UserCode", problem);
        return Page();
    }
}
