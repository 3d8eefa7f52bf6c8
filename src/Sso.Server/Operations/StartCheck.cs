using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sso.Settings;

namespace Sso.Server.Operations;

/// <summary>What is wrong with a configuration, in sentences, before anything runs on it.</summary>
internal static partial class StartCheck
{
    /// <summary>Every flaw that the rules of settings find.</summary>
    /// <exception cref="SettingsException">One line for each.</exception>
    public static void RefuseUnusableSettings(this IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception exception) when (FlawsOf(exception) is { Length: > 0 } flaws)
        {
            throw new SettingsException(string.Join(Environment.NewLine, flaws.Distinct(StringComparer.Ordinal)))
            {
                // One of them is often why another is missing.
                Doubts = [.. services.UnknownSettings().Select(unknown => unknown.Sentence)],
            };
        }
    }

    /// <summary>What is written where settings of ours stand, and read by nothing.</summary>
    public static ImmutableArray<UnknownSetting> UnknownSettings(this IServiceProvider services) => Settings.UnknownSettings.Find(
        services.GetRequiredService<IConfiguration>(), services.GetServices<KnownSection>());

    /// <summary>In one line: the server runs without them, and perhaps otherwise than was meant.</summary>
    public static void TellUnknownSettings(IServiceProvider services, ILogger log)
    {
        if (services.UnknownSettings() is { IsEmpty: false } unknown)
        {
            NobodyReads(log, string.Join(' ', unknown.Select(setting => setting.Sentence)));
        }
    }

    [LoggerMessage(EventId = 1121, Level = LogLevel.Warning, Message = "Settings that nothing reads: {Settings}")]
    private static partial void NobodyReads(ILogger log, string settings);

    /// <summary>The server could not begin to listen: an address, a port, a certificate.</summary>
    public static bool IsOfListening(Exception exception) =>
        exception is IOException or FormatException or InvalidOperationException or UnauthorizedAccessException or CryptographicException
            or SocketException
        && exception.StackTrace?.Contains("Microsoft.AspNetCore.Server.Kestrel.", StringComparison.Ordinal) == true;

    public static string WhyNobodyListens(Exception exception) =>
        $"Urls, or Kestrel:Endpoints or Kestrel:Certificates: the server cannot listen. {exception.Message.Split('\n')[0].TrimEnd()}";

    private static string[] FlawsOf(Exception exception) => exception switch
    {
        OptionsValidationException refused => [.. refused.Failures],
        AggregateException several => [.. several.InnerExceptions.SelectMany(FlawsOf)],
        _ => [],
    };
}

/// <summary>A setting with which the program will not run; the message names it and says how to correct it.</summary>
internal sealed class SettingsException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What did not end the start and may explain what did, in sentences.</summary>
    public ImmutableArray<string> Doubts { get; init; } = [];

    public string WithDoubts => string.Join(Environment.NewLine, [Message, .. Doubts]);
}
