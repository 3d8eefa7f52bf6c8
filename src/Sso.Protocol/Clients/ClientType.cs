namespace Sso.Protocol.Clients;

/// <summary>What kind of program a client is; everything else follows from it.</summary>
public enum ClientType
{
    /// <summary>It has a server that can keep a secret.</summary>
    Web,

    /// <summary>It runs in the browser and cannot keep a secret.</summary>
    Spa,

    /// <summary>It is installed on a phone or a computer (RFC 8252).</summary>
    Native,

    /// <summary>It acts for itself, without a person (RFC 6749 §4.4).</summary>
    Machine,

    /// <summary>It has no browser and cannot keep a secret: its user signs in on another device (RFC 8628).</summary>
    Device,
}
