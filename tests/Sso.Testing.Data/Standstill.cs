using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Testing;

/// <summary>
/// Makes one request stand still after it has read something, by EF Core's own diagnostics, so that others can overtake it: the window of a
/// race, held open as long as a test wants.
/// </summary>
public sealed class Standstill : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly IDisposable _listeners;
    private readonly ManualResetEventSlim _released = new();
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _statements;
    private string? _table;

    /// <param name="database">A part of the connection string that only this database has.</param>
    public Standstill(string database)
    {
        _database = database;
        _listeners = DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>The next request that reads from this table stands still with what it has read.</summary>
    public void After(string table)
    {
        _released.Reset();
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _table = table;
    }

    /// <summary>True when a request stands; false when it ended without reading.</summary>
    public async Task<bool> ReachedBeforeAsync(Task request) =>
        await Task.WhenAny(_reached.Task, request).WaitAsync(Patience.Limit) == _reached.Task;

    public void Release()
    {
        _table = null;
        _released.Set();
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _statements = value.Subscribe(this, name => name == RelationalEventId.CommandExecuted.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (_table is { } table && value.Value is CommandExecutedEventData { Command: var command }
            && command.Connection?.ConnectionString.Contains(_database, StringComparison.Ordinal) == true
            && IsReadOf(command.CommandText, table)
            && Interlocked.CompareExchange(ref _table, null, table) == table)
        {
            _reached.SetResult();
            _released.Wait(Patience.Limit);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        Release();
        _statements?.Dispose();
        _listeners.Dispose();
        _released.Dispose();
    }

    private static bool IsReadOf(string command, string table)
    {
        var words = command.Replace("\"", "", StringComparison.Ordinal).Replace("[", "", StringComparison.Ordinal);
        return words.StartsWith("SELECT", StringComparison.Ordinal) && words.Contains($"FROM {table}", StringComparison.Ordinal);
    }
}
