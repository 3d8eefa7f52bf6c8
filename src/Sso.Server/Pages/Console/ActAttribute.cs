using Sso.Accounts.Administrators;

namespace Sso.Server.Pages.Console;

/// <summary>
/// What a handler of a console page does, in the words of <see cref="Roles"/>. A handler without one is refused to everybody.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ActAttribute(ConsoleAct act) : Attribute
{
    public ConsoleAct Act => act;

    /// <summary>A form that only works something out, and needs no more proof than looking does.</summary>
    public bool ChangesNothing { get; set; }

    /// <summary>
    /// A form whose file no proof could bring along, and which therefore asks for the proof before it is shown.
    /// </summary>
    public bool ProofFirst { get; set; }
}
