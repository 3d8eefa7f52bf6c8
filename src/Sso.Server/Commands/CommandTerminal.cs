namespace Sso.Server.Commands;

/// <summary>Where a command reads and writes, and its clock; tests supply their own.</summary>
internal sealed record CommandTerminal(TextReader In, TextWriter Out, TextWriter Error, bool IsInputRedirected, TimeProvider Clock)
{
    /// <summary>Where the files of settings are; null: beside the program.</summary>
    public string? Folder { get; init; }

    public static CommandTerminal OfProcess() =>
        new(Console.In, Console.Out, Console.Error, Console.IsInputRedirected, TimeProvider.System);
}
