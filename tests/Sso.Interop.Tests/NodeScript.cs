using System.Text.Json;
using Sso.Testing;

namespace Sso.Interop.Tests;

/// <summary>A relying party written for Node.js in the folder <c>npm</c>; it prints one line of JSON.</summary>
internal static class NodeScript
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task<JsonElement> RunAsync(string file, IReadOnlyDictionary<string, string> settings)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Sso.Interop.Tests", "npm");
        await using var script = ChildProcess.Start("node", [file], settings, folder);
        await script.ExpectSuccessAsync(Limit);
        return JsonElement.Parse(script.Output);
    }
}
