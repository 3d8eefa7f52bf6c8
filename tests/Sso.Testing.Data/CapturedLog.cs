using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sso.Testing;

/// <summary>
/// What the server logged: its own lines at every level, those of the libraries from warnings on. Writing down everything that the libraries
/// tell takes a good part of a test's time, so a test that looks for what must not be there asks for <see cref="Everything"/>.
/// </summary>
public sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Lines of every category at every level.</summary>
    public bool Everything { get; set; }

    /// <summary>What follows stands alone.</summary>
    public void Forget() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLog log, string category) : ILogger
    {
        private readonly bool _ours = category.StartsWith("Sso.", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => _ours || logLevel >= LogLevel.Warning || log.Everything;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
