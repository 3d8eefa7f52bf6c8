namespace Sso.Protocol.Authorization;

/// <summary>The values of <c>prompt</c> (OIDC Core §3.1.2.1).</summary>
[Flags]
public enum Prompt
{
    Unspecified = 0,
    None = 1,
    Login = 2,
    Consent = 4,
    SelectAccount = 8,
}
