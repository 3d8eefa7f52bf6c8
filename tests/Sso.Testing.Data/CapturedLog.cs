using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sso.Testing;

/// <summary>
/// What the server logged: its own lines at every level, those of the libraries from warnings on. Writing down all that the libraries tell
/// takes a good part of a test's time, so a test that looks for what must not be there asks for <see cref="Everything"/>.
/// </summary>
public sealed class CapturedLog : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(string Request, string Line)> _ofRequests = new();
    private IExternalScopeProvider? _scopes;

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Lines of every category at every level.</summary>
    public bool Everything { get; set; }

    /// <summary>Those that the log shows with the code of this request.</summary>
    public IReadOnlyList<string> LinesOf(string request) =>
        [.. _ofRequests.Where(pair => pair.Request == request).Select(pair => pair.Line)];

    /// <summary>What follows stands alone.</summary>
    public void Forget() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private string? RequestOfScope()
    {
        string? request = null;
        _scopes?.ForEachScope(
            (scope, _) => request =
                (scope as IEnumerable<KeyValuePair<string, object?>>)?.FirstOrDefault(value => value.Key == "RequestId").Value as string
                ?? request,
            0);
        return request;
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
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var line = $"{logLevel} {category}: {formatter(state, exception)} {exception}";
            log._lines.Enqueue(line);
            if (log.RequestOfScope() is { } request)
            {
                log._ofRequests.Enqueue((request, line));
            }
        }
    }
}
