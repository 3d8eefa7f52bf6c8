namespace Sso.Protocol.Authorization;

/// <summary>How the answer travels back (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode, JARM §2.3).</summary>
public static class ResponseModes
{
    public const string Query = "query";

    /// <summary>The values of response_mode; <c>jwt</c> is the signed form of the default (JARM §2.3.4).</summary>
    public static readonly IReadOnlyList<string> All =
        [Query, "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"];

    /// <summary>The mode of an answer, errors included: the default of the response type if the wish cannot be met.</summary>
    public static string Of(string? responseType, string? responseMode)
    {
        var usual = ResponseTypes.IsForFragment(responseType) ? "fragment" : Query;
        return responseMode switch
        {
            "form_post" or "form_post.jwt" or "fragment" or "fragment.jwt" => responseMode,
            "jwt" or "query.jwt" => usual + ".jwt",
            _ => usual,
        };
    }

    /// <summary>Why a wish cannot be met; null if it can. An ID token in a query would end up in logs (JARM §2.3.1).</summary>
    public static OAuthError? Refuse(string? responseType, string? responseMode) => responseMode switch
    {
        null => null,
        _ when !All.Contains(responseMode) => OAuthError.ResponseModeUnknown,
        Query or "query.jwt" when ResponseTypes.IsForFragment(responseType) => OAuthError.ResponseModeQuery,
        _ => null,
    };
}
