namespace Sso.Protocol.Clients;

/// <summary>What kind of program a client is; everything else follows from it.</summary>
public enum ClientType
{
    /// <summary>Has a server that can keep a secret.</summary>
    Web,

    /// <summary>Runs in the browser and keeps nothing secret.</summary>
    Spa,

    /// <summary>Installed on a phone or a computer (RFC 8252).</summary>
    Native,

    /// <summary>Acts for itself, without a person (RFC 6749 §4.4).</summary>
    Machine,

    /// <summary>Has no browser, and keeps nothing secret: its person signs in on another device (RFC 8628).</summary>
    Device,
}
