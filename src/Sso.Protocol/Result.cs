using System.Diagnostics.CodeAnalysis;

namespace Sso.Protocol;

/// <summary>Either a value or the protocol error that stands in its place; a protocol error is never an exception.</summary>
public readonly struct Result<T>
{
    private Result(T? value, OAuthError? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public OAuthError? Error { get; }

    public bool Failed([NotNullWhen(true)] out OAuthError? error, [NotNullWhen(false)] out T? value)
    {
        (error, value) = (Error, Value);
        return error is not null;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "A result is only ever made by returning a value or an error.")]
    public static implicit operator Result<T>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "A result is only ever made by returning a value or an error.")]
    public static implicit operator Result<T>(OAuthError error) => new(default, error);
}
