using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Sso.Admin;

/// <summary>Why an operation did nothing. Nothing was written.</summary>
public sealed record Refusal(RefusalKind Kind, ImmutableArray<FieldProblem> Problems)
{
    /// <param name="typed">The name that there is not, for whoever can say which was meant.</param>
    public static Refusal NotFound(string field, string what, string remedy, string? typed = null) =>
        new(RefusalKind.NotFound, [new(field, what, remedy) { Typed = typed }]);

    public static Refusal Taken(string field, string what, string remedy) => new(RefusalKind.Taken, [new(field, what, remedy)]);

    public static Refusal Denied(string field, string what, string remedy) => new(RefusalKind.Denied, [new(field, what, remedy)]);

    public static Refusal TooOften(string field, string what, string remedy) => new(RefusalKind.TooOften, [new(field, what, remedy)]);

    public static Refusal Stale(string field, string what) =>
        new(RefusalKind.Stale, [new(field, what, "Read it again, and decide anew.")]);

    public static Refusal Invalid(params ImmutableArray<FieldProblem> problems) => new(RefusalKind.Invalid, problems);
}

/// <summary>A refused field of an operation: its name, what is wrong and how to correct it.</summary>
public sealed record FieldProblem(string Field, string What, string Remedy)
{
    /// <summary>The name that was given and is that of nothing; null where the problem is another.</summary>
    [JsonIgnore]
    public string? Typed { get; init; }
}

/// <summary>The kinds of refusal, for the status of an API and the exit code of a command.</summary>
public enum RefusalKind
{
    Invalid,
    NotFound,

    /// <summary>The name is in use.</summary>
    Taken,

    /// <summary>Whoever asks may not.</summary>
    Denied,

    /// <summary>Not now: a limit was reached.</summary>
    TooOften,

    /// <summary>It is not what the caller saw: somebody changed it since.</summary>
    Stale,
}
