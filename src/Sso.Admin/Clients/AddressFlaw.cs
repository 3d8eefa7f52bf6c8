namespace Sso.Admin.Clients;

/// <summary>What is wrong with an address of an application; each page says it in the language of its reader.</summary>
public enum AddressFault
{
    Empty,
    TooLong,
    Wildcard,

    /// <summary>One that RFC 3986 §2 does not know; the host may have an ASCII form (RFC 5891).</summary>
    Character,
    Fragment,

    /// <summary>A control character, a backslash, or a percent sign that encodes nothing.</summary>
    Hidden,

    /// <summary>Two addresses in one.</summary>
    Two,

    /// <summary>One that climbs.</summary>
    Path,
    UserName,
    Relative,
    NoHost,
    HostDot,

    /// <summary>Every address of a machine, or IPv4 written as IPv6.</summary>
    HiddenHost,
    HostSpelling,

    /// <summary>http to another machine.</summary>
    Plain,

    /// <summary>One that belongs to nobody or to the browser.</summary>
    Scheme,

    /// <summary>One that only an installed application can own.</summary>
    PrivateScheme,
}

/// <summary>Why an address cannot be registered.</summary>
/// <param name="Fault">For pages.</param>
/// <param name="What">In words, for a command line and programs.</param>
/// <param name="Remedy">The same.</param>
/// <param name="Better">The host or origin as it has to be written; null if nobody can say.</param>
public sealed record AddressFlaw(AddressFault Fault, string What, string Remedy, string? Better = null) : Flaw(What, Remedy);
