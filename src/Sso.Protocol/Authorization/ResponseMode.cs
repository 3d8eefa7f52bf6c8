namespace Sso.Protocol.Authorization;

/// <summary>How the answer travels back (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode, JARM §2.3).</summary>
public enum ResponseMode
{
    Query,
    FormPost,
    Fragment,
    QueryJwt,
    FormPostJwt,
    FragmentJwt,
}

public static class ResponseModes
{
    /// <summary>The values of response_mode; <c>jwt</c> is the signed form of the default (JARM §2.3.4).</summary>
    public static readonly IReadOnlyList<string> All =
        ["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"];

    /// <summary>The mode of an answer, an error too: where the wish cannot be met, the default of the response type.</summary>
    public static ResponseMode Of(string? responseType, string? responseMode)
    {
        var fragment = ResponseTypes.IsForFragment(responseType);
        return responseMode switch
        {
            "form_post" => ResponseMode.FormPost,
            "form_post.jwt" => ResponseMode.FormPostJwt,
            "fragment" => ResponseMode.Fragment,
            "fragment.jwt" => ResponseMode.FragmentJwt,
            "jwt" or "query.jwt" => fragment ? ResponseMode.FragmentJwt : ResponseMode.QueryJwt,
            _ => fragment ? ResponseMode.Fragment : ResponseMode.Query,
        };
    }

    /// <summary>Why a wish cannot be met; null when it can. An ID token in a query would stand in logs (JARM §2.3.1).</summary>
    public static OAuthError? Refuse(string? responseType, string? responseMode) => responseMode switch
    {
        null => null,
        _ when !All.Contains(responseMode) => OAuthError.ResponseModeUnknown,
        "query" or "query.jwt" when ResponseTypes.IsForFragment(responseType) => OAuthError.ResponseModeQuery,
        _ => null,
    };

    extension(ResponseMode mode)
    {
        /// <summary>The value of response_mode.</summary>
        public string Name => mode switch
        {
            ResponseMode.FormPost => "form_post",
            ResponseMode.Fragment => "fragment",
            ResponseMode.QueryJwt => "query.jwt",
            ResponseMode.FormPostJwt => "form_post.jwt",
            ResponseMode.FragmentJwt => "fragment.jwt",
            _ => "query",
        };
    }
}
