using Sso.Data.Factors;

namespace Sso.Accounts.Factors;

/// <summary>What a number that is being proved is to be used for.</summary>
/// <param name="ForSignIn">Codes at sign-in: the number is a second factor.</param>
/// <param name="ForNotices">Priority notices.</param>
/// <param name="Replaces">The verified number whose place it takes, together with its uses.</param>
public sealed record NumberWish(bool ForSignIn, bool ForNotices, Guid? Replaces = null)
{
    internal bool IsMetBy(SecondFactor verified) =>
        Replaces is not null || ((verified.UsedForSignIn || !ForSignIn) && (verified.UsedForNotices || !ForNotices));

    internal bool IsThatOf(SecondFactor pending) =>
        pending.UsedForSignIn == ForSignIn && pending.UsedForNotices == ForNotices && pending.Replaces == Replaces;
}
