using System.Diagnostics.CodeAnalysis;

namespace Sso.Protocol;

/// <summary>A value, or why there is none: an error for applications or a refusal for operators. Neither is ever an exception.</summary>
public readonly struct Result<T, TRefusal>
    where TRefusal : class
{
    private Result(T? value, TRefusal? refusal) => (Value, Error) = (value, refusal);

    public T? Value { get; }

    public TRefusal? Error { get; }

    public bool Failed([NotNullWhen(true)] out TRefusal? refusal, [NotNullWhen(false)] out T? value)
    {
        (refusal, value) = (Error, Value);
        return refusal is not null;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "A result is only ever made by returning a value or a refusal.")]
    public static implicit operator Result<T, TRefusal>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "A result is only ever made by returning a value or a refusal.")]
    public static implicit operator Result<T, TRefusal>(TRefusal refusal) => new(default, refusal);
}
