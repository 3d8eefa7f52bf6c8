namespace Sso.Protocol.Clients;

/// <summary>Who made a registration, and so who may make the server call the operator's internal network.</summary>
public enum RegisteredBy
{
    /// <summary>On the command line.</summary>
    Operator,

    /// <summary>The application itself, through the registration endpoint or a metadata document.</summary>
    Application,
}
