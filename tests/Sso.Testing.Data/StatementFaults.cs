using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Testing;

/// <summary>
/// Breaks the database at the n-th writing statement of a request, by EF Core's own diagnostics, which ask before a statement is sent. What
/// the server does in the background, whenever it comes to it, is not counted.
/// </summary>
public sealed class StatementFaults : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly string? _backgroundTable;
    private readonly Action<DbConnection> _fault;
    private readonly IDisposable _listeners;
    private IDisposable? _statements;
    private int _left;

    /// <param name="database">A part of the connection string that only this database has.</param>
    /// <param name="backgroundTable">Breaks the writes to this table that belong to no request instead.</param>
    /// <param name="fault">What happens to the connection before its statement is sent; null: the statement fails.</param>
    public StatementFaults(string database, string? backgroundTable = null, Action<DbConnection>? fault = null)
    {
        (_database, _backgroundTable, _fault) = (database, backgroundTable, fault ?? (_ => throw new Broken()));
        _listeners = DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>True once the armed fault has happened.</summary>
    public bool Happened { get; private set; }

    /// <summary>The n-th write from now on, commits included, fails.</summary>
    public void Arm(int write) => (_left, Happened) = (write, false);

    public void Disarm() => _left = 0;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _statements = value.Subscribe(this, IsBeforeWriting);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // Whatever somebody else listens for comes here too.
        if (_left > 0
            && IsBeforeWriting(value.Key)
            && WritingConnection(value.Value) is { } connection
            && Interlocked.Decrement(ref _left) == 0)
        {
            Happened = true;
            _fault(connection);
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
        _statements?.Dispose();
        _listeners.Dispose();
    }

    private static bool IsBeforeWriting(string name) =>
        name == RelationalEventId.CommandExecuting.Name || name == RelationalEventId.TransactionCommitting.Name;

    private DbConnection? WritingConnection(object? happening) => happening switch
    {
        CommandEventData { Command: var command } when IsOurs(command.Connection) && IsWanted(StatementText.Of(command.CommandText)) =>
            command.Connection,
        TransactionEventData { Transaction: var transaction }
            when IsOurs(transaction.Connection) && _backgroundTable is null && IsOfARequest =>
            transaction.Connection,
        _ => null,
    };

    /// <summary>Whether the work at hand is done for a request to an <c>SsoServer</c>.</summary>
    internal static bool IsOfARequest => new HttpContextAccessor().HttpContext is not null;

    private bool IsWanted(string statement) => !statement.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase)
        && (_backgroundTable is null ? IsOfARequest : !IsOfARequest && statement.Contains(_backgroundTable, StringComparison.Ordinal));

    private bool IsOurs(DbConnection? connection) => connection?.ConnectionString.Contains(_database, StringComparison.Ordinal) == true;

    private sealed class Broken() : DbException("The database broke, as a test wanted.");
}
