namespace Sso.Protocol.Tokens;

/// <summary>The access token (RFC 9068 §2.2): a JWT without a row; <c>gid</c> ties it to the grant whose revocation ends it.</summary>
public static class AccessToken
{
    public const string Type = "at+jwt";

    /// <summary>Our own claim: the public id of the grant.</summary>
    public const string GrantClaim = "gid";
}
