namespace Sso.Settings;

/// <summary>A section of the configuration that the program reads.</summary>
/// <param name="Name">Empty where the members of the type are sections themselves.</param>
/// <param name="Type">Of its options.</param>
/// <param name="Read">The options in force; null where nothing that runs asks for them.</param>
public sealed record KnownSection(string Name, Type Type, Func<IServiceProvider, object>? Read);
