using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Sso.Data.Operations;

namespace Sso.Server.Operations;

/// <summary>
/// One record is one line, whatever somebody typed into it: control characters, line ends, terminal codes and marks that change the writing
/// direction are written as escapes, and a text is cut at a stated length. Time, level, category, event id, request, message, exception.
/// Trouble with the database is not told again and again (<see cref="RepeatedTrouble"/>), and what stopped a start is left to whoever
/// started it, to whom the host throws it.
/// </summary>
internal sealed class LogLines(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";
    public const int LongestMessage = 2048;
    public const int LongestException = 16 * 1024;

    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int HostingFailedToStart = 11;

    private readonly RepeatedTrouble _trouble = new(clock);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry is { Category: Host, EventId.Id: HostingFailedToStart })
        {
            return;
        }

        var found = DatabaseTroubles.Find(logEntry.Exception);
        var (withTrace, untold) = (true, 0);
        if (found is not null)
        {
            if (_trouble.Tell(logEntry.Category, logEntry.EventId.Id, FirstLine(found)) is not { } telling)
            {
                return;
            }

            (withTrace, untold) = telling;
        }

        var line = new StringBuilder();
        line.Append(clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(' ')
            .Append(logEntry.LogLevel switch
            {
                LogLevel.Trace => "trace",
                LogLevel.Debug => "debug",
                LogLevel.Information => "info",
                LogLevel.Warning => "warn",
                LogLevel.Error => "error",
                _ => "critical",
            })
            .Append(' ').Append(logEntry.Category).Append('[').Append(logEntry.EventId.Id).Append("] ");
        if (RequestOf(scopeProvider) is { } request)
        {
            line.Append('(');
            Append(line, request, 100);
            line.Append(") ");
        }

        Append(line, logEntry.Formatter(logEntry.State, logEntry.Exception), LongestMessage);
        if (logEntry.Exception is not null)
        {
            line.Append(" | ");
            Append(
                line, withTrace ? logEntry.Exception.ToString() : $"{found!.GetType().FullName}: {FirstLine(found)}", LongestException);
        }

        if (untold > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $" ({untold} more like it were not written)");
        }

        textWriter.WriteLine(line);
    }

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].TrimEnd();

    /// <summary>The code that the page of an error shows.</summary>
    private static string? RequestOf(IExternalScopeProvider? scopes)
    {
        string? request = null;
        scopes?.ForEachScope(
            (scope, _) =>
            {
                if (scope is IEnumerable<KeyValuePair<string, object?>> values)
                {
                    request = values.FirstOrDefault(value => value.Key == "RequestId").Value as string ?? request;
                }
            },
            0);
        return request;
    }

    private static void Append(StringBuilder line, string text, int longest)
    {
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, longest)))
        {
            switch (character)
            {
                case '\n':
                    line.Append("\\n");
                    break;
                case '\r':
                    line.Append("\\r");
                    break;
                case var special when IsSpecial(special):
                    line.Append(CultureInfo.InvariantCulture, $"\\u{(int)special:x4}");
                    break;
                default:
                    line.Append(character);
                    break;
            }
        }

        if (text.Length > longest)
        {
            line.Append(CultureInfo.InvariantCulture, $"… ({text.Length} characters)");
        }
    }

    private static bool IsSpecial(char character) => char.IsControl(character) || char.GetUnicodeCategory(character)
        is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
