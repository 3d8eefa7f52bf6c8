using Sso.Protocol;

namespace Sso.Accounts.Factors;

/// <summary>The outcome of a code that a person typed.</summary>
public abstract record CodeOutcome
{
    private CodeOutcome() { }

    /// <summary>What the record of a code that was compared and refused says; null for one that was accepted, or never compared.</summary>
    public string? Failure => this switch
    {
        Wrong => "wrong",
        Expired => "expired",
        Used => "used before",
        ChallengeVoid => "too often",
        _ => null,
    };

    public sealed record Accepted : CodeOutcome;

    public sealed record Empty : CodeOutcome;

    /// <summary>Not six digits, or not the shape of a recovery code.</summary>
    public sealed record Format : CodeOutcome;

    public sealed record Wrong : CodeOutcome;

    public sealed record Expired : CodeOutcome;

    /// <summary>Right, but already used: each code works once.</summary>
    public sealed record Used : CodeOutcome;

    public sealed record Locked(TimeSpan For) : CodeOutcome
    {
        /// <summary>Shut until somebody unlocks it: waiting does not help.</summary>
        public static readonly Locked Shut = new(TimeSpan.MaxValue);
    }

    /// <summary>Five wrong codes: the challenge is void and sign-in restarts at the password.</summary>
    public sealed record ChallengeVoid : CodeOutcome;
}

/// <summary>The outcome of asking for a text message.</summary>
public abstract record SendOutcome
{
    private SendOutcome() { }

    public sealed record Sent : SendOutcome;

    /// <summary>A code was sent before and is still valid.</summary>
    public sealed record AlreadySent : SendOutcome;

    public sealed record Wait(TimeSpan For) : SendOutcome;

    /// <summary>The person asked for too many.</summary>
    public sealed record LimitReached(TimeSpan For) : SendOutcome;

    /// <summary>Nothing goes there for now, whoever asks: the budget is spent, or the prefix is closed. Null if no wait helps.</summary>
    public sealed record Stopped(TimeSpan? For) : SendOutcome;
}

/// <summary>The outcome of a number that a person typed.</summary>
public abstract record NumberOutcome
{
    private NumberOutcome() { }

    public sealed record Sent : NumberOutcome;

    public sealed record Empty : NumberOutcome;

    public sealed record Invalid : NumberOutcome;

    public sealed record NotMobile : NumberOutcome;

    public sealed record CountryNotServed : NumberOutcome;

    /// <summary>It is already verified for everything that was asked for.</summary>
    public sealed record AlreadyThere : NumberOutcome;

    /// <summary>The person asked for too many.</summary>
    public sealed record LimitReached(TimeSpan For) : NumberOutcome;

    /// <summary>Nothing goes there for now, whoever asks: the budget is spent, or the prefix is closed. Null if no wait helps.</summary>
    public sealed record Stopped(TimeSpan? For) : NumberOutcome;
}

/// <summary>Codes as people type and paste them: spaces, hyphens and the digits of other scripts are not mistakes.</summary>
internal static class TypedCode
{
    /// <summary>Six ASCII digits.</summary>
    public static Result<string, CodeOutcome> SixDigits(string? typed) => Read(typed, static text =>
    {
        var code = string.Concat(
            TypedText.CleanCode(text).Where(character => !char.IsWhiteSpace(character) && character is not ('-' or '.')));
        return code.Length == 6 && code.All(char.IsAsciiDigit) ? code : null;
    });

    /// <param name="clean">The code in its one spelling; null if it has not the shape of one.</param>
    public static Result<string, CodeOutcome> Read(string? typed, Func<string, string?> clean) =>
        string.IsNullOrWhiteSpace(typed) ? new CodeOutcome.Empty()
        : clean(typed) is { } code ? code
        : new CodeOutcome.Format();
}
