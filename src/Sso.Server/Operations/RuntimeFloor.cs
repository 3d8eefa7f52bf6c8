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

    public static Version DataProtectionHere => VersionOf(typeof(KeyManagementOptions).Assembly);

    public static Version RuntimeHere => VersionOf(typeof(WebApplication).Assembly);

    /// <exception cref="SettingsException">The framework on this machine would let anyone forge forms.</exception>
    public static void Check(ILogger log)
    {
        if (Refusal(DataProtectionHere) is { } refusal)
        {
            throw new SettingsException(refusal);
        }

        if (IsOutdated(RuntimeHere))
        {
            Tell(log, RuntimeHere);
        }
    }

    /// <summary>Null for a version that may run.</summary>
    public static string? Refusal(Version dataProtection) => dataProtection >= DataProtection
        ? null
        : $"ASP.NET Core Data Protection {dataProtection} can be forged (CVE-2026-40372). Install the .NET "
            + $"runtime {DataProtection} or later.";

    public static bool IsOutdated(Version runtime) => runtime < Runtime;

    /// <summary>Of a version that is outdated.</summary>
    public static string Warning(Version runtime) => $"The ASP.NET Core runtime is {runtime}; known holes are closed from {Runtime} on.";

    /// <summary>In the words of <see cref="Warning"/>, with both versions as fields that a collector of logs can search.</summary>
    public static void Tell(ILogger log, Version runtime) => Outdated(log, runtime, Runtime);

    private static Version VersionOf(Assembly assembly) =>
        Version.Parse(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', '-')[0]);

    [LoggerMessage(
        EventId = 1105, Level = LogLevel.Warning,
        Message = "The ASP.NET Core runtime is {Version}; known holes are closed from {Floor} on. Update it.")]
    private static partial void Outdated(ILogger log, Version version, Version floor);
}
