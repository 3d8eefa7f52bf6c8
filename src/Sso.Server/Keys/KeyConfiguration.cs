using Sso.Data.Keys;
using Sso.Server.Operations;

namespace Sso.Server.Keys;

/// <summary>Section <c>Keys</c>, for the server and for the command line, which makes keys too.</summary>
internal static class KeyConfiguration
{
    public static KeyOptions Read(IConfiguration configuration) => configuration.ReadSettings<KeyOptions>("Keys");

    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static KeyOptions ReadSound(IConfiguration configuration)
    {
        var options = Read(configuration);
        return options.Problem is { } problem ? throw new SettingsException(problem) : options;
    }
}
