using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Testing;

/// <summary>Runs a statement on each connection to one database when it is opened: so a test has a file that is full or read-only.</summary>
public sealed class ConnectionHook : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly IDisposable _listeners;
    private IDisposable? _connections;

    /// <param name="database">A part of the connection string that only this database has.</param>
    /// <param name="statement">To begin with.</param>
    public ConnectionHook(string database, string statement)
    {
        (_database, Statement) = (database, statement);
        _listeners = DiagnosticListener.AllListeners.Subscribe(this);
    }

    public string Statement { get; set; }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _connections = value.Subscribe(this, name => name == RelationalEventId.ConnectionOpened.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // Whatever somebody else listens for comes here too.
        if (value.Key == RelationalEventId.ConnectionOpened.Name && value.Value is ConnectionEventData { Connection: var connection }
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
        _connections?.Dispose();
        _listeners.Dispose();
    }
}
