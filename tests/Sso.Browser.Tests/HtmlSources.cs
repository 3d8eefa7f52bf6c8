using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>
/// The source of every page that a browser received, as it was sent, what html-validate has to say about it, and whom the browser asked.
/// </summary>
internal sealed class HtmlSources
{
    private readonly List<Task<(string Path, string Html)>> _reading = [];
    private readonly ConcurrentDictionary<string, bool> _asked = [];

    public HtmlSources(params IPage[] pages)
    {
        foreach (var page in pages)
        {
            page.Response += (_, response) => Take(response);
            page.Request += (_, request) => _asked.TryAdd(request.Url, true);
        }
    }

    /// <summary>Everything that was asked of anybody else (S63).</summary>
    public IEnumerable<string> StrangersTo(params string[] origins) => _asked.Keys
        .Where(url => !url.StartsWith("data:", StringComparison.Ordinal)
        && !origins.Any(origin => url.StartsWith(origin + "/", StringComparison.Ordinal)))
        .Select(url => "asked of somebody else: " + url);

    /// <summary>How many pages were read, and one line for each rule that one of them breaks.</summary>
    public async Task<(int Pages, string[] Flaws)> ValidateAsync()
    {
        var sources = (await Task.WhenAll(_reading)).Where(source => source.Html.Length > 0).ToList();
        var start = new ProcessStartInfo("node", ["valid-html-sources.mjs"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "Sso.Interop.Tests", "npm"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        await JsonSerializer.SerializeAsync(node.StandardInput.BaseStream, sources.Select(source => new[] { source.Path, source.Html }));
        node.StandardInput.Close();
        var said = await node.StandardOutput.ReadToEndAsync().WaitAsync(Patience.Limit);
        await node.WaitForExitAsync().WaitAsync(Patience.Limit);
        return (sources.Count, JsonSerializer.Deserialize<string[]>(said)!);
    }

    private void Take(IResponse response)
    {
        // What a page shows in a frame is no page of ours: mails are built for mail programs.
        if (response.Frame.ParentFrame is null
            && response.Headers.TryGetValue("content-type", out var type)
            && type.StartsWith("text/html", StringComparison.Ordinal))
        {
            lock (_reading)
            {
                _reading.Add(ReadAsync(response));
            }
        }
    }

    private static async Task<(string Path, string Html)> ReadAsync(IResponse response)
    {
        try
        {
            return (new Uri(response.Url).AbsolutePath, await response.TextAsync());
        }
        // The browser has moved on and thrown the source away.
        catch (PlaywrightException)
        {
            return (response.Url, "");
        }
    }
}
