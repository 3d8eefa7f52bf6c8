namespace Sso.Admin.Diagnosis;

/// <summary>One mistake, and the exact field to mend.</summary>
/// <param name="At">When it was last made; null if the registration shows it by itself.</param>
/// <param name="Count">How often it was made in that time.</param>
/// <param name="Field">An option of the registration, or a parameter or setting of the application.</param>
/// <param name="IsOurs">True if the field is one of the registration; false if the application has to be mended.</param>
/// <param name="Received">What came.</param>
/// <param name="Registered">What is registered, or expected.</param>
/// <param name="Command">What to type here; null if only the application can mend it.</param>
public sealed record DiagnosedMistake(
    ClientMistake Mistake, DateTimeOffset? At, int Count, string Field, bool IsOurs, string? Received, string? Registered, string? Command)
{
    /// <summary>True if what came would fit after a change of the registration, and may have come from anybody.</summary>
    public bool IsForeign => IsOurs && Received is not null;

    /// <summary>True if nothing failed by it yet, and it may be right all the same.</summary>
    public bool IsDoubt => Mistake == ClientMistake.UnknownHost;
}
