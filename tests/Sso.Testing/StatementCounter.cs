using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Testing;

/// <summary>Counts the SQL commands sent to one database, reads and writes apart, by EF Core's own diagnostics.</summary>
public sealed class StatementCounter : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    /// <summary>The background work of a node (polling, dispatch, leases) belongs to no request.</summary>
    private static readonly string[] Background = ["ConfigurationVersions", "OutgoingTexts", "TextDeliveries", "Leases"];

    private readonly Lock _lock = new();
    private readonly List<string> _commands = [];
    private readonly string _database;
    private readonly IDisposable _listeners;
    private IDisposable? _commandsOfEf;

    /// <param name="database">A part of the connection string that only this database has.</param>
    public StatementCounter(string database)
    {
        _database = database;
        _listeners = DiagnosticListener.AllListeners.Subscribe(this);
    }

    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (_lock)
            {
                return [.. _commands];
            }
        }
    }

    public int Reads => Commands.Count(IsRead);

    public int Writes => Commands.Count(command => !IsRead(command));

    public void Reset()
    {
        lock (_lock)
        {
            _commands.Clear();
        }
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _commandsOfEf = value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not CommandEventData { Command: var command }
            || command.Connection?.ConnectionString.Contains(_database, StringComparison.Ordinal) != true
            || Background.Any(table => command.CommandText.Contains(table, StringComparison.Ordinal)))
        {
            return;
        }

        lock (_lock)
        {
            _commands.Add(command.CommandText);
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
        _listeners.Dispose();
        _commandsOfEf?.Dispose();
    }

    private static bool IsRead(string command) => command.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase);
}
