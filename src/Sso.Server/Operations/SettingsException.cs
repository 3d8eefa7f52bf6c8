namespace Sso.Server.Operations;

/// <summary>A setting that the program will not run with; the message names it and says how to mend it.</summary>
public sealed class SettingsException(string message, Exception? cause = null) : Exception(message, cause);
