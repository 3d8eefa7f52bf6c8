namespace Sso.Data.Operations;

/// <summary>Two make the same schema, or another's tables have the names of ours.</summary>
public sealed class OvertakenException(Exception driver) : Exception(driver.Message, driver);
