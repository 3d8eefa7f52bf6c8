using System.Text.Json;
using Sso.Testing;

namespace Sso.Interop.Tests;

/// <summary>A relying party written for Node.js in the folder <c>npm</c>; it prints one line of JSON.</summary>
internal static class NodeScript
{
    public static async Task<JsonElement> RunAsync(string file, IReadOnlyDictionary<string, string> settings)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Sso.Interop.Tests", "npm");
        var withPatience = new Dictionary<string, string>(settings) { ["PATIENCE"] = $"{Patience.Milliseconds}" };
        await using var script = ChildProcess.Start("node", [file], withPatience, folder);
        // Each of its waits has the usual limit, and says better than this one what did not happen.
        await script.ExpectSuccessAsync(2 * Patience.Limit);
        return JsonElement.Parse(script.Output);
    }
}
