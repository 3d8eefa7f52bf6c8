using System.Collections.Frozen;
using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary>What an operator types for a field of an operation: an option of the command at hand, or its argument.</summary>
internal static class TypedNames
{
    /// <summary>Fields whose option does not simply have the same name.</summary>
    private static readonly FrozenDictionary<string, string> Otherwise = new Dictionary<string, string>
    {
        ["accepts_mail_codes"] = "--mail-codes",
        ["accepts_text_messages"] = "--no-text-messages",
        ["accepts_trusted_devices"] = "--trust-devices",
        ["allows_id_token_responses"] = "--id-token-responses",
        ["asks_by_backchannel"] = "--ciba",
        ["authentication_method"] = "--auth",
        ["authorization_detail_types"] = "--authorization-type",
        ["authorization_signing_algorithm"] = "--authorization-alg",
        ["authorization_signed_response_alg"] = "--authorization-alg",
        ["brand_id"] = "--brand",
        ["client_id"] = "--client",
        ["consent_required"] = "--consent",
        ["dpop_bound"] = "--dpop",
        ["exchange_targets"] = "--exchange-for",
        ["frontchannel_logout_session_required"] = "--frontchannel-logout-session",
        ["grace_sign_ins"] = "--grace",
        ["id_token_signing_algorithm"] = "--id-token-alg",
        ["id_token_signed_response_alg"] = "--id-token-alg",
        ["introspection_signing_algorithm"] = "--introspection-alg",
        ["introspection_signed_response_alg"] = "--introspection-alg",
        ["notification_uri"] = "--ciba-notify",
        ["request_object_signing_algorithm"] = "--request-object-alg",
        ["require_pkce"] = "--no-pkce",
        ["requires_pushed_requests"] = "--require-par",
        ["requires_signed_requests"] = "--require-signed-requests",
        ["support_contact"] = "--support",
        ["user_info_encryption"] = "--userinfo-encryption",
        ["user_info_signing_algorithm"] = "--userinfo-alg",
        ["userinfo_signed_response_alg"] = "--userinfo-alg",
        ["webhook_id"] = "--webhook",
        ["zone_info"] = "--zoneinfo",
    }.ToFrozenDictionary();

    /// <summary>The field itself if nothing is typed for it, as for a password that is prompted for.</summary>
    public static string Of(Command command, string field)
    {
        var name = field.Replace('_', '-');
        string?[] options = [Otherwise.GetValueOrDefault(field), "--" + name, "--" + name.TrimEnd('s')];
        return options.FirstOrDefault(option => command.Options.Any(offered => offered.Name == option))
            // client_id is typed as the id, user_name as the name.
            ?? command.Arguments.FirstOrDefault(argument => ("-" + name).EndsWith("-" + argument.Name, StringComparison.Ordinal))?.Name
            ?? field;
    }
}
