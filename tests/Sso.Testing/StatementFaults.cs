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
    private readonly IDisposable _listeners;
    private IDisposable? _statements;
    private int _left;

    /// <param name="database">A part of the connection string that only this database has.</param>
    /// <param name="backgroundTable">Breaks the writes to this table that belong to no request instead.</param>
    public StatementFaults(string database, string? backgroundTable = null)
    {
        (_database, _backgroundTable) = (database, backgroundTable);
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
        if (_left > 0 && IsBeforeWriting(value.Key) && IsWrite(value.Value) && Interlocked.Decrement(ref _left) == 0)
        {
            Happened = true;
            throw new Broken();
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

    private bool IsWrite(object? happening) => happening switch
    {
        CommandEventData { Command: var command } => IsOurs(command.Connection)
            && !command.CommandText.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase)
            && (_backgroundTable is null ? IsOfARequest : !IsOfARequest && command.CommandText.Contains(_backgroundTable, StringComparison.Ordinal)),
        TransactionEventData { Transaction: var transaction } => IsOurs(transaction.Connection) && _backgroundTable is null && IsOfARequest,
        _ => false,
    };

    /// <summary>Whether the work at hand is done for a request to an <see cref="SsoServer"/>.</summary>
    internal static bool IsOfARequest => new HttpContextAccessor().HttpContext is not null;

    private bool IsOurs(DbConnection? connection) => connection?.ConnectionString.Contains(_database, StringComparison.Ordinal) == true;

    private sealed class Broken() : DbException("The database broke, as a test wanted.");
}
