namespace Sso.Server.Commands;

/// <summary>Where a command reads and writes; tests give their own.</summary>
public sealed record CommandTerminal(TextReader In, TextWriter Out, TextWriter Error, bool IsInputRedirected)
{
    public static CommandTerminal OfProcess() => new(Console.In, Console.Out, Console.Error, Console.IsInputRedirected);
}
