using System.Globalization;

namespace Sso.Demo;

/// <summary>The two ports, from the command line; 0 takes any free one.</summary>
internal sealed record DemoOptions(int SsoPort, int ClientPort)
{
    public const string Usage = "Usage: dotnet run --project src/Sso.Demo [-- --sso-port 5080 --client-port 5090]   (0 = any free port)";

    /// <summary>Null when something was typed that is not one of the two options.</summary>
    public static DemoOptions? Parse(string[] args)
    {
        var options = new DemoOptions(5080, 5090);
        for (var index = 0; index < args.Length; index += 2)
        {
            if (index + 1 == args.Length || !ushort.TryParse(args[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                return null;
            }

            switch (args[index])
            {
                case "--sso-port":
                    options = options with { SsoPort = port };
                    break;
                case "--client-port":
                    options = options with { ClientPort = port };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
