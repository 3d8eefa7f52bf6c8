using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Sso.Data.Operations;

/// <summary>Why the database does not do what it is asked, as far as it makes a difference to what an operator does about it.</summary>
public enum DatabaseTrouble
{
    /// <summary>Away, restarting, too slow, or anything that has no name of its own here.</summary>
    Silent,

    /// <summary>Every connection is in use, or the server grants no more.</summary>
    NoConnection,
    DiskFull,
    ReadOnly,

    /// <summary>It answers, and the account of the connection string lacks the right to what was asked.</summary>
    Forbidden,

    /// <summary>Its server answers and knows no such database, or does not let this account at it.</summary>
    Missing,

    /// <summary>A part of the schema is there already that was about to be made: something else makes it.</summary>
    Overtaken,
}

public static class DatabaseTroubles
{
    /// <summary>The exception of the driver, however deeply it is wrapped; null if the exception is not about the database.</summary>
    public static Exception? Find(Exception? exception) => exception switch
    {
        DbException or TimeoutException => exception,
        // EF Core wraps a transient failure twice, and parallel work wraps once more.
        DbUpdateException or InvalidOperationException or AggregateException when exception.InnerException is { } inner => Find(inner),
        // An exhausted pool of SqlClient, and a connection that was lost under its command: a driver's own complaint about its state.
        InvalidOperationException { Source: "Microsoft.Data.SqlClient" or "Npgsql" } => exception,
        _ => null,
    };

    public static string InWords(this DatabaseTrouble trouble) => trouble switch
    {
        DatabaseTrouble.NoConnection => "No connection to the database is free.",
        DatabaseTrouble.DiskFull => "The disk of the database is full.",
        DatabaseTrouble.ReadOnly => "The database is read-only.",
        DatabaseTrouble.Forbidden => "The account of the database lacks a right that it needs.",
        DatabaseTrouble.Missing => "The database does not exist.",
        _ => "The database does not answer.",
    };
}
