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
/// <param name="Subject">What was examined: settings, database, secrets, keys, clock, work, issuer, proxy, mail, texts, clients.</param>
/// <param name="Remedy">What to do; null where nothing is.</param>
internal sealed record Finding(string Subject, FindingState State, string What, string? Remedy = null)
{
    public static Finding Good(string subject, string what) => new(subject, FindingState.Good, what);

    public static Finding Doubtful(string subject, string what, string remedy) => new(subject, FindingState.Doubtful, what, remedy);

    public static Finding Wrong(string subject, string what, string remedy) => new(subject, FindingState.Wrong, what, remedy);

    public static Finding NotExamined(string subject, string what, string? remedy = null) =>
        new(subject, FindingState.NotExamined, what, remedy);
}
