using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary><c>sso client …</c>.</summary>
internal static class ClientCommands
{
    public static Command Build(CommandHost host) => new("client", "The applications that people sign in to.")
    {
        ClientAddCommand.Build(host),
        ClientReadCommands.List(host),
        ClientReadCommands.Show(host),
        ClientReadCommands.Snippet(host),
        ClientSetCommand.Build(host),
        ClientSecretCommands.Build(host),
        ClientSwitchCommands.Disable(host),
        ClientSwitchCommands.Enable(host),
        ClientRemoveCommand.Build(host),
        ClientReadCommands.Refusals(host),
        ClientDoctorCommand.Build(host),
        ClientPreviewCommand.Build(host),
    };
}
