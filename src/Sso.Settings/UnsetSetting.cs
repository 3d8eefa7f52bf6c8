namespace Sso.Settings;

/// <summary>What applies where a setting has no value of its own.</summary>
/// <param name="Path">The whole name of the setting.</param>
/// <param name="Read">Null where nothing applies.</param>
public sealed record UnsetSetting(string Path, Func<IServiceProvider, object?> Read);
