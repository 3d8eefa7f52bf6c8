namespace Sso.Server.Commands;

/// <summary>
/// Distinguishes settings (<c>--Database:Provider=Sqlite</c>, as for every ASP.NET Core program) from the options of a command: the name of
/// a setting begins with a capital and has a colon.
/// </summary>
internal static class CommandLineSettings
{
    public static (string[] Settings, string[] Words) Split(IReadOnlyList<string> args)
    {
        var (settings, rest) = (new List<string>(), new List<string>());
        for (var index = 0; index < args.Count; index++)
        {
            if (!IsSetting(args[index]))
            {
                rest.Add(args[index]);
                continue;
            }

            settings.Add(args[index]);
            if (!args[index].Contains('=', StringComparison.Ordinal) && index + 1 < args.Count)
            {
                settings.Add(args[++index]);
            }
        }

        return ([.. settings], [.. rest]);
    }

    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal)
        && argument.Length > 2
        && char.IsAsciiLetterUpper(argument[2])
        && argument.Split('=')[0].Contains(':', StringComparison.Ordinal);
}
