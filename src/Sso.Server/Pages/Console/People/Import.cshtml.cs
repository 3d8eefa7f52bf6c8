using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Accounts.Imports;
using Sso.Data.Imports;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.People;

/// <summary>A file of people is chosen here and checked at once; the page of the import shows what was found, and asks.</summary>
[Upload(ConsoleAct.ImportPeople, typeof(Import))]
internal sealed class Import(UploadImport upload, ShowImport imports, IStringLocalizer<Import> text) : ConsolePage
{
    /// <summary>On one line; what is hashed is no password of anybody.</summary>
    public const string Example =
        """{"user_name":"anna","email":"anna@example.com","email_verified":true,"password_hash":"$2y$12$…","name":"Anna Bianchi"}""";

    /// <summary>As a file that can be sent back as it is.</summary>
    private const string ExampleFile =
        """
        {"user_name":"anna","email":"anna@example.com","email_verified":true,"given_name":"Anna","family_name":"Bianchi","locale":"it"}
        {"user_name":"bruno","email":"bruno@example.com","name":"Bruno Verdi","zone_info":"Europe/Rome","phone":"+393331234567"}

        """;

    [BindProperty(Name = "Input.Emails"), Carried]
    public bool EmailsAreVerified { get; set; }

    [BindProperty(Name = "Input.Phones"), Carried]
    public bool PhonesAreVerified { get; set; }

    public ImmutableArray<ImportJob> Latest { get; private set; } = [];

    [Act(ConsoleAct.ImportPeople)]
    public async Task OnGetAsync(CancellationToken cancellation) => Latest = await imports.ListAsync(By, cancellation);

    [Act(ConsoleAct.ImportPeople)]
    public IActionResult OnGetExample() => File(Encoding.UTF8.GetBytes(ExampleFile), "application/x-ndjson", "people.jsonl");

    /// <summary>Imports nobody: that is confirmed on the page that follows.</summary>
    [Act(ConsoleAct.ImportPeople, ChangesNothing = true)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        // Not bound: what a page binds are single values.
        if ((Request.HasFormContentType ? Request.Form.Files.GetFile("Input.File") : null) is not { FileName.Length: > 0 } file)
        {
            return Wrong("NoFile");
        }

        if (file.Length > UploadAddress.People.Largest)
        {
            return Wrong("TooLarge", UploadAddress.People.Amount);
        }

        if (await LinesAsync(file, cancellation) is not { } lines)
        {
            return Wrong("NoText");
        }

        await using var content = file.OpenReadStream();
        var hash = await SHA256.HashDataAsync(content, cancellation);
        var uploaded = await upload.ExecuteAsync(
            new(file.FileName, hash, lines), EmailsAreVerified, PhonesAreVerified, By, cancellation);
        return uploaded switch
        {
            { JobId: { } id } => SeeOther(ImportShow.AddressOf(id)),
            { Flaw: UploadFlaw.TooManyLines } => Wrong("TooManyLines", UploadImport.MostLines),
            { Flaw: UploadFlaw.NoJsonLines } => Wrong("NoJsonLines"),
            _ => Wrong("Empty"),
        };
    }

    private PageResult Wrong(string word, params object[] values)
    {
        ModelState.AddModelError("Input.File", text[word, values]);
        return Page();
    }

    /// <summary>No more than are looked at, and null if it is not UTF-8.</summary>
    private static async Task<List<string>?> LinesAsync(IFormFile file, CancellationToken cancellation)
    {
        var lines = new List<string>();
        await using var stream = file.OpenReadStream();
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        try
        {
            while (lines.Count <= UploadImport.MostLines && await reader.ReadLineAsync(cancellation) is { } line)
            {
                lines.Add(line);
            }

            return lines;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
