using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Accounts.Imports;
using Sso.Accounts.People;
using Sso.Data.Imports;
using Sso.Server.Http;
using Sso.Server.Imports;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.People;

/// <summary>
/// One import: what was found in the file and the question whether to import it, how far it is, and the report. Every form is harmless
/// when it comes a second time.
/// </summary>
internal sealed class ImportShow(
    ShowImport imports, ChangeImport change, ImportDispatcher dispatcher, PageAnswers answers, TimeProvider clock,
    IStringLocalizer<ImportShow> text) : ConsolePage
{
    /// <summary>So many reasons stand on the page; the file has all.</summary>
    public const int Most = 100;

    private const string Seconds = "3";

    /// <summary>A page that asks by itself keeps the console open, so it does that only as long as somebody may be waiting.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(30);

    [BindProperty(SupportsGet = true, Name = "job")]
    public string? Job { get; set; }

    /// <summary>The page does not ask by itself how far the import is.</summary>
    [BindProperty(SupportsGet = true, Name = "still")]
    public string? Still { get; set; }

    public ImportJob Shown { get; private set; } = null!;

    public ImmutableArray<LineOutcome> Refused { get; private set; } = [];

    /// <summary>As words of the console name an actor.</summary>
    public string? ByName { get; private set; }

    public bool AsksByItself { get; private set; }

    /// <summary>Good lines that nobody will deal with any more.</summary>
    public int Left => Shown.EndedAt is null ? 0 : Shown.Good - Shown.Handled;

    public static string AddressOf(Guid id) => PageAnswers.AddressOf("/console/people/import/job", "job", id.ToString("N"));

    [Act(ConsoleAct.ImportPeople)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await imports.FindAsync(Asked, By, cancellation) is not { } job)
        {
            return Gone();
        }

        Shown = job;
        Refused = await imports.RefusedAsync(job.Id, Most, cancellation);
        ByName = await imports.NameOfAsync(job.BegunBy ?? job.UploadedBy, cancellation);
        AsksByItself = job.Status == ImportJobStatus.Running && Still is null && clock.GetUtcNow() - job.BegunAt < Watched;
        if (AsksByItself)
        {
            // A header, and no script: browsers take it for a reload after so many seconds.
            Response.Headers["Refresh"] = Seconds;
        }

        return Page();
    }

    /// <summary>What became of each line, without anything that stood on it.</summary>
    [Act(ConsoleAct.ImportPeople)]
    public async Task<IActionResult> OnGetReportAsync(CancellationToken cancellation) =>
        await imports.FindAsync(Asked, By, cancellation) is { } job
            ? new ImportFile(imports.OutcomesAsync(job.Id, cancellation), text)
            : Gone();

    [Act(ConsoleAct.ImportPeople)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await change.BeginAsync(Asked, By, cancellation))
        {
            dispatcher.Wake();
        }

        return SeeOther(AddressOf(Asked));
    }

    [Act(ConsoleAct.ImportPeople)]
    public async Task<IActionResult> OnPostDiscardAsync(CancellationToken cancellation)
    {
        await change.DiscardAsync(Asked, By, cancellation);
        return SeeOther(UploadAddress.People.Path);
    }

    [Act(ConsoleAct.ImportPeople)]
    public async Task<IActionResult> OnPostStopAsync(CancellationToken cancellation)
    {
        await change.StopAsync(Asked, By, cancellation);
        return SeeOther(AddressOf(Asked));
    }

    private Guid Asked => Guid.TryParseExact(Job, "N", out var id) ? id : Guid.Empty;

    /// <summary>The hour, or the month, of an import is over, or another file took its place.</summary>
    private IActionResult Gone()
    {
        answers.Tell(HttpContext, UploadAddress.People.Path, text["Gone"]);
        return SeeOther(UploadAddress.People.Path);
    }
}
