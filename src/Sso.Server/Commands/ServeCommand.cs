using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary><c>sso serve</c>.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Build(CommandHost host)
    {
        var serve = new Command(
            Name, "Run the server. Takes settings as --Section:Name=value, and --urls.")
        { TreatUnmatchedTokensAsErrors = false };
        serve.SetAction((_, _) => ServerApplication.RunAsync(
            SettingsOf(host.Arguments), host.Terminal.Error, host.Terminal.Folder));
        return serve;
    }

    private static string[] SettingsOf(IReadOnlyList<string> arguments)
    {
        var settings = arguments.ToList();
        settings.Remove(Name);
        return [.. settings];
    }
}
