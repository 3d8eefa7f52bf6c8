using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Server.Api;
using Sso.Server.Http;
using Sso.Server.Scim;

namespace Sso.Server.AdminApi;

/// <summary>
/// The description of the admin API and of SCIM (OpenAPI 3.1), made of the routes themselves and of the types that they read and write, so
/// that it cannot say anything else. It holds no secret and needs no token.
/// </summary>
internal static partial class ApiDescription
{
    public const string Path = AdminApiRoutes.Root + "/openapi.json";

    public static void Map(IEndpointRouteBuilder routes)
    {
        ApiAnswer? made = null;
        routes.MapGet(Path, (EndpointDataSource endpoints, SsoOptions sso) => made ??= ApiAnswer.Of(Describe(endpoints, sso.Issuer)));
    }

    public static JsonObject Describe(EndpointDataSource endpoints, string issuer)
    {
        var (paths, schemas) = (new JsonObject(), new ApiSchemas());
        var described = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (
                Path: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'),
                Operation: endpoint.Metadata.GetMetadata<ApiOperation>(),
                Method: endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0]))
            .Where(route => route.Operation is not null)
            .OrderBy(route => route.Path, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal);
        foreach (var (path, operation, method) in described)
        {
            var methods = paths[path]?.AsObject() ?? [];
            paths[path] ??= methods;
            methods[method!.ToLowerInvariant()] = Describe(path, method, operation!, schemas);
        }

        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Sso admin API and SCIM", ["version"] = "1" },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = issuer }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = Token(issuer) },
                ["schemas"] = schemas.ToJson(),
            },
        };
    }

    private static JsonObject Token(string issuer) => new()
    {
        ["type"] = "oauth2",
        ["flows"] = new JsonObject
        {
            ["clientCredentials"] = new JsonObject
            {
                ["tokenUrl"] = issuer + "/connect/token",
                ["scopes"] = new JsonObject(ApiScopes.All.Order(StringComparer.Ordinal)
                    .Select(scope => KeyValuePair.Create(scope, (JsonNode?)""))),
            },
        },
    };

    private static JsonObject Describe(string path, string method, ApiOperation operation, ApiSchemas schemas)
    {
        var isScim = ApiError.IsScim(path);
        var usual = isScim ? ApiError.ScimMediaType : "application/json";
        var described = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["summary"] = operation.Summary,
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray(operation.Scope) }),
        };
        var parameters = new JsonArray([.. Parameters(path, method, operation)]);
        if (parameters.Count > 0)
        {
            described["parameters"] = parameters;
        }

        if (operation.Body is { } body)
        {
            described["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content(
                    operation.BodyType ?? (method == "PATCH" && !isScim ? "application/merge-patch+json" : usual), schemas.Refer(body)),
            };
        }

        var answer = new JsonObject { ["description"] = ReasonPhrases.GetReasonPhrase(operation.Status) };
        if (operation.Answer is { } type)
        {
            answer["content"] = Content(usual, schemas.Refer(type));
        }

        described["responses"] = new JsonObject
        {
            [$"{operation.Status}"] = answer,
            ["default"] = new JsonObject
            {
                ["description"] = isScim ? "What was wrong (RFC 7644 §3.12)." : "What was wrong (RFC 9457).",
                ["content"] = isScim
                    ? Content(usual, schemas.Refer(ScimSchemas.Error))
                    : Content("application/problem+json", schemas.Refer(Problem)),
            },
        };
        return described;
    }

    private static IEnumerable<JsonNode> Parameters(string path, string method, ApiOperation operation)
    {
        foreach (Match name in Parameter().Matches(path))
        {
            yield return Parameter(name.Groups[1].Value, "path", isRequired: true);
        }

        foreach (var name in operation.Query)
        {
            yield return Parameter(name, "query", isRequired: false);
        }

        if (operation.IsConditional || (ApiError.IsScim(path) && method is "PUT" or "PATCH" or "DELETE"))
        {
            yield return Parameter("If-Match", "header", operation.IsConditional);
        }

        if (method == "POST")
        {
            yield return Parameter(IdempotencyGate.Header, "header", isRequired: false);
        }
    }

    private static JsonObject Parameter(string name, string place, bool isRequired) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = isRequired,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Content(string type, JsonNode schema) =>
        new() { [type] = new JsonObject { ["schema"] = schema } };

    private static readonly ApiSchema Problem = new("Problem", Type: null, () => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["title"] = new JsonObject { ["type"] = "string" },
            ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string" },
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["line"] = new JsonObject { ["type"] = "integer" },
                        ["field"] = new JsonObject { ["type"] = "string" },
                        ["detail"] = new JsonObject { ["type"] = "string" },
                        ["remedy"] = new JsonObject { ["type"] = "string" },
                    },
                },
            },
        },
    });

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();
}
