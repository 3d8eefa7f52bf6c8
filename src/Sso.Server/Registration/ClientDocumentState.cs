namespace Sso.Server.Registration;

/// <summary>Whether a client id may be used now (Client ID Metadata Document §4).</summary>
internal enum ClientDocumentState
{
    /// <summary>It is not an address, or the document there describes a client.</summary>
    Taken,
    NotTaken,

    /// <summary>The caller has made us read too many unknown documents.</summary>
    TooManyAsked,
}
