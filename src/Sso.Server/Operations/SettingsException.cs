namespace Sso.Server.Operations;

/// <summary>A setting with which the program will not run; the message names it and says how to correct it.</summary>
internal sealed class SettingsException(string message, Exception? cause = null) : Exception(message, cause);
