using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary>
/// A password comes from a prompt or from standard input, never from an argument, which every process on the machine can read.
/// </summary>
internal static class PasswordInput
{
    public static readonly Option<bool> FromStandardInput = new("--password-stdin")
    {
        Description = "Read the password from the first line of standard input.",
    };

    /// <summary>Null if none was given; the reason has been printed.</summary>
    public static async Task<string?> ReadAsync(
        ParseResult parsed, CommandTerminal terminal, CommandOutput output, CancellationToken cancellation)
    {
        if (parsed.GetValue(FromStandardInput))
        {
            var line = await terminal.In.ReadLineAsync(cancellation);
            if (string.IsNullOrEmpty(line))
            {
                output.Fail(
                    ExitCode.Usage, "Standard input holds no password.", "Write it on one line: echo … | sso user … --password-stdin");
                return null;
            }

            return line;
        }

        if (terminal.IsInputRedirected)
        {
            output.Fail(
                ExitCode.Usage, "There is no terminal to ask for the password.", "Give it on standard input and add --password-stdin.");
            return null;
        }

        var password = output.AskSecret("Password (not shown):");
        if (password == output.AskSecret("The same again:"))
        {
            return password;
        }

        output.Fail(ExitCode.Usage, "The two passwords differ.", "Run the command again.");
        return null;
    }
}
