namespace Sso.Protocol.Clients;

/// <summary>Who made a registration, and so who may have the server call an inside of the operator.</summary>
public enum RegisteredBy
{
    /// <summary>By the command line.</summary>
    Operator,

    /// <summary>By itself, through the registration endpoint or a metadata document.</summary>
    Application,
}
