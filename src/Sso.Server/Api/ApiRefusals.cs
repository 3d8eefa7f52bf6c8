using System.Collections.Frozen;
using System.Diagnostics;
using Sso.Admin;
using Sso.Server.Http;

namespace Sso.Server.Api;

/// <summary>What an operation refuses, as the API answers it.</summary>
internal static class ApiRefusals
{
    /// <summary>Fields that operations name otherwise than the API.</summary>
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["brand_id"] = "brand",
        ["id_token_signed_response_alg"] = "id_token_signing_algorithm",
        ["introspection_signed_response_alg"] = "introspection_signing_algorithm",
        ["authorization_signed_response_alg"] = "authorization_signing_algorithm",
        ["userinfo_signed_response_alg"] = "user_info_signing_algorithm",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ApiError AsError(this Refusal refusal) => refusal.AsError("client_id", "user_name");

    /// <param name="refusal">What the operation refused.</param>
    /// <param name="own">What operations call the object of the address: if there is none, neither is the address.</param>
    public static ApiError AsError(this Refusal refusal, params ReadOnlySpan<string> own)
    {
        var status = refusal.Kind switch
        {
            RefusalKind.NotFound when own.Contains(refusal.Problems[0].Field) => StatusCodes.Status404NotFound,
            // What the request names beside its own object.
            RefusalKind.NotFound or RefusalKind.Invalid => StatusCodes.Status400BadRequest,
            RefusalKind.Taken => StatusCodes.Status409Conflict,
            RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
            RefusalKind.Denied => StatusCodes.Status403Forbidden,
            RefusalKind.TooOften => StatusCodes.Status429TooManyRequests,
            _ => throw new UnreachableException(),
        };
        return new(status, string.Join(' ', refusal.Problems.Select(problem => problem.What)))
        {
            Fields =
            [
                .. refusal.Problems.Select(problem => new FieldError(
                    Names.GetValueOrDefault(problem.Field, problem.Field), problem.What, problem.Remedy)),
            ],
            ScimType = refusal.Kind switch
            {
                RefusalKind.Invalid => "invalidValue",
                RefusalKind.Taken => "uniqueness",
                _ => null,
            },
        };
    }
}
