using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Creating a passkey: what it is, before the browser's own window opens.</summary>
internal sealed class Passkey(PasskeyCeremonies passkeys, PasskeyEnrolment enrolment, IStringLocalizer<Common> common) : FactorPage
{
    protected override ProofMethod? Enrols => ProofMethod.Passkey;

    public PasskeyCeremony Ceremony { get; private set; } = null!;

    public async Task OnGetAsync() => Ceremony = await passkeys.ForCreationAsync(Owner);

    public async Task<IActionResult> OnPostPasskeyAsync(CancellationToken cancellation)
    {
        if (await enrolment.AddAsync(Visit, Flow.Request, Owner, this.PasskeyAnswer(), cancellation))
        {
            return await EnrolledAsync(cancellation);
        }

        ModelState.AddModelError(string.Empty, common["PasskeyRefused"]);
        return Page();
    }
}
