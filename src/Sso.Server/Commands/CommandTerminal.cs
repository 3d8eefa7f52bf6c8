namespace Sso.Server.Commands;

/// <summary>Where a command reads and writes, and its clock; tests supply their own.</summary>
internal sealed record CommandTerminal(TextReader In, TextWriter Out, TextWriter Error, bool IsInputRedirected, TimeProvider Clock)
{
    public static CommandTerminal OfProcess() =>
        new(Console.In, Console.Out, Console.Error, Console.IsInputRedirected, TimeProvider.System);
}
