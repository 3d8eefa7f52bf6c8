namespace Sso.Server.Clients;

/// <summary>An application that can be opened from here, whether or not it was used before.</summary>
internal sealed record OpenableApp(string Name, string Start);
