namespace ClientArea.SignIn;

/// <summary>What can go wrong, as far as the person in front of the screen is concerned.</summary>
public enum SignInProblem
{
    Unexpected,

    /// <summary>The person cancelled.</summary>
    Cancelled,

    /// <summary>The answer does not belong to a sign-in that this browser began lately.</summary>
    Expired,

    /// <summary>Sso refused for another reason.</summary>
    Refused,

    /// <summary>Sso does not answer.</summary>
    Unreachable,

    /// <summary>The answer or a token did not pass a check.</summary>
    Untrusted,
}
