using System.Diagnostics;

namespace Sso.Demo;

/// <summary>
/// Builds the two programs of the demo. <c>dotnet run</c> would do it silently, and the first time takes minutes: so this program has no
/// references, starts at once, and says what it is waiting for.
/// </summary>
internal static class Builder
{
    public static async Task BuildAsync(CancellationToken cancellation)
    {
        Console.WriteLine("""
            Building Sso and the sample client area.
            The first time takes two to ten minutes, because packages are fetched and everything is compiled; after that it takes seconds.
            """);
        foreach (var project in Programs.Projects)
        {
            await BuildAsync(project, cancellation);
        }
    }

    private static async Task BuildAsync(string project, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(
            Programs.Runtime, ["build", project, "--configuration", Programs.Configuration, "--verbosity", "minimal", "--nologo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MSBUILDTERMINALLOGGER"] = "off", ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };
        var said = new List<string>();
        using var progress = new Progress($"building {Path.GetFileNameWithoutExtension(project)}");
        using var build = new Process { StartInfo = start };
        build.OutputDataReceived += (_, line) => Hear(line.Data);
        build.ErrorDataReceived += (_, line) => Hear(line.Data);
        build.Start();
        build.BeginOutputReadLine();
        build.BeginErrorReadLine();
        try
        {
            await build.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }

        if (build.ExitCode != 0)
        {
            throw new DemoException(
                $"{Path.GetFileName(project)} could not be built:{Environment.NewLine}{string.Join(Environment.NewLine, said)}");
        }

        void Hear(string? line)
        {
            if (Step(line) is { } step)
            {
                progress.Tell(step);
            }
            else if (line is { Length: > 0 })
            {
                said.Add(line);
            }
        }
    }

    /// <summary>What a line of the build says about its progress; null for one that matters only if the build fails.</summary>
    private static string? Step(string? line) => line switch
    {
        null => null,
        _ when line.Contains("Determining projects to restore", StringComparison.Ordinal) => "looking for packages",
        _ when line.Split(" -> ") is [var name, _] => $"{name.Trim()} is built",
        _ when line.TrimStart().StartsWith("Restored ", StringComparison.Ordinal) =>
            $"{Path.GetFileNameWithoutExtension(line.Split(" (")[0])} has its packages",
        _ => null,
    };
}
