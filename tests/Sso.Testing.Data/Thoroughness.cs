using System.Globalization;

namespace Sso.Testing;

/// <summary>How often a test repeats what more runs prove better: docs/contributors.md names the variables.</summary>
public static class Thoroughness
{
    /// <param name="variable">Of the environment.</param>
    /// <param name="usual">Of a run of all tests, where minutes count.</param>
    public static int Of(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } chosen ? int.Parse(chosen, CultureInfo.InvariantCulture) : usual;
}
