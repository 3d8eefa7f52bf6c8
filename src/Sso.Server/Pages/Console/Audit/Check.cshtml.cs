using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Data.Operations;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Audit;

/// <summary>
/// Whether the newest part of the record is as the server sealed it. All of it is the work of a night and of the command line; this reads
/// so many rows at most, once at a time.
/// </summary>
internal sealed class Check(AuditVerification verification) : ConsolePage
{
    /// <summary>What can be chosen. A hundred thousand take a few seconds.</summary>
    public static readonly ImmutableArray<int> Sizes = [1_000, 10_000, 100_000];

    private const int MostFlaws = 20;

    [BindProperty(Name = "Input.Latest"), Carried]
    public int Latest { get; set; }

    /// <summary>Null before anything was asked.</summary>
    [Carried]
    public AuditFindings? Findings { get; set; }

    /// <summary>Somebody else's check goes on.</summary>
    [Carried]
    public bool IsBusy { get; set; }

    [Act(ConsoleAct.SeeAudit)]
    public void OnGet()
    {
    }

    [Act(ConsoleAct.SeeAudit, ChangesNothing = true)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Latest = Sizes.Contains(Latest) ? Latest : Sizes[0];
        Findings = await verification.TryRunLatestAsync(MostFlaws, Latest, cancellation);
        IsBusy = Findings is null;
        return Page();
    }
}
