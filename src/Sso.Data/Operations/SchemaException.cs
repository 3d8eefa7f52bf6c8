namespace Sso.Data.Operations;

/// <summary>The database is not as this program needs it; the message says what its owner does about that.</summary>
public sealed class SchemaException(string message) : Exception(message);
