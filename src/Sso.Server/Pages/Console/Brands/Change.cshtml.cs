using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Brands;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>
/// Everything that is typed of a brand; its logo has a form of its own. The form says what it was filled with: what somebody else changed
/// meanwhile is not overwritten, its sender sees that and decides anew.
/// </summary>
internal sealed class Change(ChangeBrand change, IStringLocalizer<Words> words) : BrandForm
{
    /// <summary>The marks of what the form was filled with.</summary>
    [BindProperty(Name = "Input.Seen"), Carried]
    public string? Seen { get; set; }

    /// <summary>Which of it somebody else has changed since, by the names of the fields.</summary>
    [Carried]
    public string? ByOthers { get; set; }

    /// <summary>What somebody else made of it.</summary>
    public IEnumerable<(string Field, string Value)> Theirs =>
        ShownOf(Details.Stored).Where(shown => ByOthers?.Split(' ').Contains(shown.Field) == true);

    [Act(ConsoleAct.ChangeBrands)]
    public void OnGet()
    {
        // What was too long to be kept is not there: then the form is filled anew, lest the next save empties the brand.
        if ((!ModelState.IsValid || Reminder is not null) && Seen is not null)
        {
            return;
        }

        Fill(Details.Stored);
        (Seen, ByOthers) = (ShownMarks.Of(ShownOf(Details.Stored)), null);
    }

    [Act(ConsoleAct.ChangeBrands)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (BrandId is null)
        {
            return NotFound();
        }

        BrandInput? changedByOthers = null;
        var outcome = await change.ExecuteAsync(
            BrandId,
            current =>
            {
                changedByOthers = ShownMarks.ChangedSince(Seen, ShownOf(current)).Length > 0 ? current : null;
                return changedByOthers is null ? null : Refusal.Stale("brand", "Somebody else has changed it meanwhile.");
            },
            TypedOnto,
            cancellation);
        if (changedByOthers is not null)
        {
            ByOthers = string.Join(' ', ShownMarks.ChangedSince(Seen, ShownOf(changedByOthers)));
            Seen = ShownMarks.Of(ShownOf(changedByOthers));
            ModelState.AddModelError("", words["ChangedByOthers"]);
            return Page();
        }

        if (outcome.Failed(out var refusal, out _))
        {
            if (refusal.Kind == RefusalKind.NotFound)
            {
                return NotFound();
            }

            Say(Explain(refusal));
            return Page();
        }

        return SeeOther(Address("/console/brand", "changed"));
    }

    /// <summary>What the form shows of a brand, and therefore may overwrite.</summary>
    private static (string Field, string Value)[] ShownOf(BrandInput brand) =>
    [
        (nameof(Name), brand.Name),
        (nameof(Accent), brand.Accent),
        (nameof(DarkAccent), brand.DarkAccent ?? ""),
        (nameof(Tint), brand.Tint ?? ""),
        (nameof(Radius), brand.Radius.ToString(CultureInfo.InvariantCulture)),
        (nameof(PrivacyUrl), brand.PrivacyUrl ?? ""),
        (nameof(AboutUrl), brand.AboutUrl ?? ""),
        (nameof(ContactUrl), brand.ContactUrl ?? ""),
        (nameof(SenderName), brand.SenderName ?? ""),
        (nameof(SupportContact), brand.SupportContact ?? ""),
        (nameof(Hosts), string.Join('\n', brand.Hosts)),
    ];
}
