namespace Sso.Accounts.Actors;

/// <summary>Which operator acts. Events name them the same way.</summary>
public sealed record ActingOperator
{
    private ActingOperator(string name, Guid? administratorId) => (Name, AdministratorId) = (name, administratorId);

    /// <summary>As events name an actor.</summary>
    public string Name { get; }

    /// <summary>
    /// Null at the command line, which no role binds: whoever has it has the database. Null for a program too, which acts on nobody
    /// with a role.
    /// </summary>
    public Guid? AdministratorId { get; }

    public static ActingOperator AtCommandLine(string account) => new($"command:{account}", administratorId: null);

    public static ActingOperator AtConsole(Guid personId) => new($"administrator:{personId:N}", personId);

    public static ActingOperator OfProgram(string clientId) => new($"client:{clientId}", administratorId: null);
}
