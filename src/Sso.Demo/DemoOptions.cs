using System.Globalization;

namespace Sso.Demo;

/// <summary>
/// The two ports (0 takes any free one), whether customers must have a second factor, whether to start what was built before, and a
/// published server to start instead of the one that is built, from the command line.
/// </summary>
internal sealed record DemoOptions(int SsoPort, int ClientPort, string SecondFactor, bool IsBuilt = false, string? Server = null)
{
    private const string NoBuild = "--no-build";

    public const string Usage =
        "Usage: dotnet run --project src/Sso.Demo [-- --sso-port 5080 --client-port 5090 --second-factor "
            + "required|when-enrolled --no-build --server published/sso.dll]   (0 = any free port)";

    /// <summary>Null if something was typed that is not one of the options.</summary>
    public static DemoOptions? Parse(string[] args)
    {
        var options = new DemoOptions(5080, 5090, "required", IsBuilt: args.Contains(NoBuild));
        foreach (var option in args.Where(arg => arg != NoBuild).Chunk(2))
        {
            if (option.Length != 2 || options.With(option[0], option[1]) is not { } changed)
            {
                return null;
            }

            options = changed;
        }

        return options;
    }

    private DemoOptions? With(string name, string value) => (name, value) switch
    {
        ("--sso-port", _) when Port(value) is { } port => this with { SsoPort = port },
        ("--client-port", _) when Port(value) is { } port => this with { ClientPort = port },
        ("--second-factor", "required" or "when-enrolled") => this with { SecondFactor = value },
        ("--server", _) when File.Exists(value) => this with { Server = Path.GetFullPath(value) },
        _ => null,
    };

    private static int? Port(string value) =>
        ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
}
