using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Testing;

/// <summary>
/// Runs a statement of the test before each command to one database: so it has a file that is full, or a server that only reads.
/// </summary>
public sealed class StatementBefore : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly IDisposable _listeners;
    private IDisposable? _commands;

    /// <param name="database">A part of the connection string that only this database has.</param>
    /// <param name="statement">To begin with.</param>
    public StatementBefore(string database, string statement)
    {
        (_database, Statement) = (database, statement);
        _listeners = DiagnosticListener.AllListeners.Subscribe(this);
    }

    public string Statement { get; set; }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _commands = value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // Whatever somebody else listens for comes here too.
        if (value.Key == RelationalEventId.CommandExecuting.Name
            && value.Value is CommandEventData { Command.Connection: { } connection, Command.Transaction: null }
            && connection.ConnectionString.Contains(_database, StringComparison.Ordinal))
        {
            using var command = connection.CreateCommand();
            command.CommandText = Statement;
            command.ExecuteNonQuery();
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
        _commands?.Dispose();
        _listeners.Dispose();
    }
}
