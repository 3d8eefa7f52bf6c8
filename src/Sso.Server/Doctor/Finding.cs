using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Sso.Server.Doctor;

/// <summary>How serious a <see cref="Finding"/> is.</summary>
internal enum FindingState
{
    Good,

    /// <summary>It works, but not for long, or not as most would want it.</summary>
    Doubtful,

    /// <summary>Something does not work until it is mended.</summary>
    Wrong,

    /// <summary>It could not be examined, because of something else that is wrong or because nobody asked for it.</summary>
    NotExamined,
}

/// <summary>What the doctor found, in words for an operator.</summary>
/// <param name="Subject">
/// What was examined: settings, runtime, database, secrets, keys, clock, work, clients, backup, listening, certificate, issuer,
/// proxy, mail, texts.
/// </param>
/// <param name="Remedy">What to do; null where nothing is.</param>
internal sealed record Finding(string Subject, FindingState State, string What, string? Remedy = null)
{
    /// <summary>The key of the words with which a page says it; null for what no page says.</summary>
    [JsonIgnore]
    public string? Word { get; private init; }

    /// <summary>What fills those words.</summary>
    [JsonIgnore]
    public ImmutableArray<object> Facts { get; private init; } = [];

    public Finding InWords(string word, params ImmutableArray<object> facts) => this with { Word = word, Facts = facts };

    public static Finding Good(string subject, string what) => new(subject, FindingState.Good, what);

    public static Finding Doubtful(string subject, string what, string remedy) => new(subject, FindingState.Doubtful, what, remedy);

    public static Finding Wrong(string subject, string what, string remedy) => new(subject, FindingState.Wrong, what, remedy);

    public static Finding NotExamined(string subject, string what, string? remedy = null) =>
        new(subject, FindingState.NotExamined, what, remedy);
}
