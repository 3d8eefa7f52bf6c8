namespace Sso.Server.Registration;

/// <summary>Whether a client id may be used now (Client ID Metadata Document §4).</summary>
public enum ClientDocumentState
{
    /// <summary>It is no address, or the document there describes a client.</summary>
    Taken,
    NotTaken,

    /// <summary>Whoever asks has had us read too many unknown documents.</summary>
    TooManyAsked,
}
