using System.Globalization;
using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.People;

namespace Sso.Server.Pages.Console.People;

/// <summary>
/// The report of an import as a table for a spreadsheet (RFC 4180), sent while it is read. It holds numbers, names of fields and our own
/// sentences, so nothing in it can be a formula.
/// </summary>
internal sealed class ImportFile(IAsyncEnumerable<LineOutcome> outcomes, IStringLocalizer<ImportShow> text) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = new ContentDisposition { FileName = "import.csv" }.ToString();
        // With a mark at its beginning, without which spreadsheets take UTF-8 for the charset of the machine.
        await using var lines = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await WriteAsync(lines, text["ColumnLine"], text["ColumnOutcome"], text["ColumnField"], text["ColumnReason"]);
        await foreach (var outcome in outcomes.WithCancellation(context.HttpContext.RequestAborted))
        {
            await WriteAsync(
                lines, outcome.Line.ToString(CultureInfo.InvariantCulture), text[$"Outcome{outcome.Result}"], outcome.Field ?? "",
                outcome.Fault is null ? "" : text.Reason(outcome));
        }
    }

    private static Task WriteAsync(StreamWriter lines, params ReadOnlySpan<string> values)
    {
        var written = new string[values.Length];
        for (var index = 0; index < values.Length; index++)
        {
            written[index] = $"\"{values[index].Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        }

        return lines.WriteAsync(string.Join(',', written) + "\r\n");
    }
}

internal static class ImportWords
{
    /// <summary>Why a line was refused, and what to do.</summary>
    public static string Reason(this IStringLocalizer<ImportShow> text, LineOutcome outcome) => outcome switch
    {
        { Fault: ImportFault.Value, Field: "user_name" or "email" or "locale" or "zone_info" } => text[$"Value_{outcome.Field}"],
        { Fault: ImportFault.Value or ImportFault.Twice or ImportFault.Taken, Field: "external_id" } =>
            text[$"{outcome.Fault}_{outcome.Field}"],
        { Fault: ImportFault.UnknownField } => text["FaultUnknownField", string.Join(", ", ImportPeople.Fields)],
        _ => text[$"Fault{outcome.Fault}"],
    };
}
