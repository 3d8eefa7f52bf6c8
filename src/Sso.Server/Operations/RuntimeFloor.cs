using System.Reflection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Sso.Server.Operations;

/// <summary>
/// Versions of the framework with known vulnerabilities: with a Data Protection that can be forged, nothing starts; with an older runtime,
/// the operator is told.
/// </summary>
internal static partial class RuntimeFloor
{
    /// <summary>CVE-2026-40372: before this version, payloads of Data Protection can be forged.</summary>
    private static readonly Version DataProtection = new(10, 0, 7);

    private static readonly Version Runtime = new(10, 0, 13);

    /// <exception cref="SettingsException">The framework on this machine would let anyone forge forms.</exception>
    public static void Check(ILogger log)
    {
        if (Refusal(VersionOf(typeof(KeyManagementOptions).Assembly)) is { } refusal)
        {
            throw new SettingsException(refusal);
        }

        var runtime = VersionOf(typeof(WebApplication).Assembly);
        if (IsOutdated(runtime))
        {
            Outdated(log, runtime, Runtime);
        }
    }

    /// <summary>Null for a version that may run.</summary>
    public static string? Refusal(Version dataProtection) => dataProtection >= DataProtection
        ? null
        : $"ASP.NET Core Data Protection {dataProtection} can be forged (CVE-2026-40372). Install the .NET "
            + $"runtime {DataProtection} or later.";

    public static bool IsOutdated(Version runtime) => runtime < Runtime;

    private static Version VersionOf(Assembly assembly) =>
        Version.Parse(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', '-')[0]);

    [LoggerMessage(
        EventId = 1105, Level = LogLevel.Warning,
        Message = "The ASP.NET Core runtime is {Version}; known holes are closed from {Floor} on. Update it.")]
    private static partial void Outdated(ILogger log, Version version, Version floor);
}
