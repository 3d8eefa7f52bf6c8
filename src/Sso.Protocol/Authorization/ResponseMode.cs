namespace Sso.Protocol.Authorization;

/// <summary>How the answer travels back (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode).</summary>
public enum ResponseMode
{
    Query,
    FormPost,
}
