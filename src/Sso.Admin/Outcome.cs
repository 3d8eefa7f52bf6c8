using System.Diagnostics.CodeAnalysis;

namespace Sso.Admin;

/// <summary>What an operation gave, or why it was refused.</summary>
public readonly struct Outcome<T>
    where T : class
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    private Outcome(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    public bool Refused([NotNullWhen(true)] out Refusal? refusal, [NotNullWhen(false)] out T? value)
    {
        (refusal, value) = (_refusal, _value);
        return refusal is not null;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "An outcome is only ever made by returning a value or a refusal.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "An outcome is only ever made by returning a value or a refusal.")]
    public static implicit operator Outcome<T>(Refusal refusal) => new(null, refusal);
}
