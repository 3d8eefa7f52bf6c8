using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Testing;

/// <summary>
/// Counts the SQL commands that requests send to one database, reads and writes apart, by EF Core's own diagnostics; what the server does
/// in the background meanwhile is kept apart.
/// </summary>
public sealed partial class StatementCounter : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    /// <summary>What a request only begins for the background (polling, dispatch, leases).</summary>
    private static readonly string[] Background =
    [
        "ConfigurationVersions", "OutgoingTexts", "TextDeliveries", "Leases", "AuditHead",
        "UPDATE \"SecurityEvents\"", "\"LeasedUntil\" <", "UPDATE \"OutgoingMails\"",
        "UPDATE \"LogoutNotices\"",
    ];

    private readonly Lock _lock = new();
    private readonly List<string> _commands = [];
    private readonly List<string> _background = [];
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

    /// <summary>What belongs to no request.</summary>
    public IReadOnlyList<string> BackgroundCommands
    {
        get
        {
            lock (_lock)
            {
                return [.. _background];
            }
        }
    }

    public int Reads => Commands.Count(IsRead);

    /// <summary>PostgreSQL takes several statements of one save in one command.</summary>
    public int Writes => Commands.Where(command => !IsRead(command)).Sum(command => Math.Max(1, Statement().Count(command)));

    public void Reset()
    {
        lock (_lock)
        {
            _commands.Clear();
            _background.Clear();
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
        // Whatever somebody else listens for comes here too.
        if (value.Key != RelationalEventId.CommandExecuting.Name || value.Value is not CommandEventData { Command: var command }
            || command.Connection?.ConnectionString.Contains(_database, StringComparison.Ordinal) != true)
        {
            return;
        }

        var text = StatementText.Of(command.CommandText);
        var isBackground = !StatementFaults.IsOfARequest || Background.Any(table => text.Contains(table, StringComparison.Ordinal));
        lock (_lock)
        {
            (isBackground ? _background : _commands).Add(text);
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

    [GeneratedRegex(@"^(INSERT INTO|UPDATE|DELETE FROM) ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Statement();

    private static bool IsRead(string command) => command.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase);
}
