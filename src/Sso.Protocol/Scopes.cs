namespace Sso.Protocol;

/// <summary>The scopes that Sso knows (OIDC Core §5.4, §11) and the claims that each of them brings.</summary>
public static class Scopes
{
    public const string OpenId = "openid";
    public const string Profile = "profile";
    public const string Email = "email";
    public const string Address = "address";
    public const string Phone = "phone";
    public const string OfflineAccess = "offline_access";

    /// <summary>Our own: when and from where the person was here before (claims last_access_at, last_access_ip).</summary>
    public const string LastAccess = "last_access";

    public static readonly FrozenSet<string> Identity = [OpenId, Profile, Email, Address, Phone, OfflineAccess, LastAccess];

    /// <summary>What each brings at the userinfo endpoint (OIDC Core §5.4).</summary>
    public static readonly FrozenDictionary<string, string[]> Claims = new Dictionary<string, string[]>
    {
        [Profile] =
        [
            "name", "given_name", "family_name", "middle_name", "nickname",
            "preferred_username", "profile", "picture", "website", "gender", "birthdate",
            "zoneinfo", "locale", "updated_at",
        ],
        [Email] = ["email", "email_verified"],
        [Address] = ["address"],
        [Phone] = ["phone_number", "phone_number_verified"],
        [LastAccess] = ["last_access_at", "last_access_ip"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Splits a scope value (RFC 6749 §3.3); null if it holds a character that is not allowed there.</summary>
    public static FrozenSet<string>? Parse(string? value)
    {
        if (value is null)
        {
            return [];
        }

        var legal = value.All(character => character is ' ' or '!' or (>= '#' and <= '[') or (>= ']' and <= '~'));
        return legal ? value.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal) : null;
    }

    /// <summary>The scope value in a fixed order.</summary>
    public static string Format(IEnumerable<string> scopes) => string.Join(' ', scopes.Order(StringComparer.Ordinal));
}
