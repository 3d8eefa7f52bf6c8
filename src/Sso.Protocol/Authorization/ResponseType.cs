namespace Sso.Protocol.Authorization;

/// <summary>The types of OAuth 2.0 Multiple Response Types §3, §5, without access tokens (RFC 9700 §2.1.2).</summary>
[Flags]
public enum ResponseType
{
    Code = 1,
    IdToken = 2,
}

public static class ResponseTypes
{
    public const string Code = "code";

    /// <summary>Those that bring an ID token through the browser: off unless switched on for both server and client.</summary>
    public static readonly IReadOnlyList<string> WithIdToken = ["code id_token", "id_token"];

    /// <summary>The order of the words does not matter (RFC 6749 §3.1.1); null for a type that is never offered.</summary>
    public static ResponseType? Parse(string value) => value switch
    {
        Code => ResponseType.Code,
        "id_token" => ResponseType.IdToken,
        "code id_token" or "id_token code" => ResponseType.Code | ResponseType.IdToken,
        _ => null,
    };

    /// <summary>True if an answer of this type, errors included, must not be in a query (OAuth 2.0 Multiple Response Types §5).</summary>
    public static bool IsForFragment(string? value) => value?.Split(' ').Any(word => word is "id_token" or "token") == true;
}
