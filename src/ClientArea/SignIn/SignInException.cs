namespace ClientArea.SignIn;

/// <summary>A sign-in that ends here; the problem is for the person, the message for the log.</summary>
public sealed class SignInException(SignInProblem problem, string message) : Exception(message)
{
    public SignInProblem Problem => problem;
}
