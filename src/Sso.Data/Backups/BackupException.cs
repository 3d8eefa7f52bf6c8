namespace Sso.Data.Backups;

/// <summary>A backup cannot be written, read or restored; the message says why, in a sentence, and nothing was changed.</summary>
public sealed class BackupException(string message) : Exception(message);
