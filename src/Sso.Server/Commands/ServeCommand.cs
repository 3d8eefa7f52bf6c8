using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary><c>sso serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Build(CommandHost host)
    {
        var serve = new Command(
            "serve", "Run the server. Takes settings as --Section:Name=value, and --urls.")
        { TreatUnmatchedTokensAsErrors = false };
        serve.SetAction((_, _) => ServerApplication.RunAsync(SettingsOf(host.Arguments)));
        return serve;
    }

    private static string[] SettingsOf(IReadOnlyList<string> arguments)
    {
        var settings = arguments.ToList();
        settings.Remove("serve");
        return [.. settings];
    }
}
