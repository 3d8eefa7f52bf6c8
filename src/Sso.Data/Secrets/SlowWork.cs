using System.Diagnostics;

namespace Sso.Data.Secrets;

/// <summary>
/// Work that keeps a core for tens of milliseconds to seconds, as activities that tracing shows. It is never done while a transaction is
/// open: on SQLite every other write would wait for it, elsewhere everybody who wants the locked rows.
/// </summary>
public static class SlowWork
{
    public const string SourceName = "Sso.SlowWork";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Null while nothing is traced.</summary>
    internal static Activity? Begin(string name) => Source.StartActivity(name);
}
