namespace Sso.Protocol;

/// <summary>How the host spells its issuer, character by character (OIDC Discovery §4.3).</summary>
public interface IIssuerName
{
    string Value { get; }
}
