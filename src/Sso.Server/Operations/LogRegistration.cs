using Microsoft.Extensions.Logging.Console;

namespace Sso.Server.Operations;

/// <summary>
/// What is logged, and how. The framework's lines below a warning hold whole addresses and headers, and no setting can turn them on.
/// </summary>
internal static class LogRegistration
{
    private static readonly string[] Talkative =
        ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Data", "Npgsql", "OpenIddict", "Polly", "System.Net.Http"];

    public static void AddSsoLogging(this ILoggingBuilder logging)
    {
        logging.AddConsoleFormatter<LogLines, ConsoleFormatterOptions>();
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.FormatterName ??= LogLines.FormatterName);
        foreach (var category in Talkative)
        {
            logging.AddFilter(category, LogLevel.Warning);
        }

        // Otherwise anybody who posts a made-up value would cause a stack trace at level error; the refusal is counted
        // (sso.requests.blocked).
        logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical);
        logging.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            for (var index = 0; index < options.Rules.Count; index++)
            {
                options.Rules[index] = Bounded(options.Rules[index]);
            }
        });
    }

    private static LoggerFilterRule Bounded(LoggerFilterRule rule)
    {
        var isTalkative = rule.CategoryName is { } category
            && (category.Contains('*', StringComparison.Ordinal)
                || Talkative.Any(name => category.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
        return isTalkative && rule.LogLevel < LogLevel.Warning
            ? new(rule.ProviderName, rule.CategoryName, LogLevel.Warning, rule.Filter)
            : rule;
    }
}
