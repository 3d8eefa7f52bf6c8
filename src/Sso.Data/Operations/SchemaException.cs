namespace Sso.Data.Operations;

/// <summary>The database is not as this program needs it; the message says what its owner has to do.</summary>
public sealed class SchemaException(string message) : Exception(message);
