using System.Text.Json.Nodes;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>What this service provider can do (RFC 7643 §5, §6, §7, RFC 7644 §4).</summary>
internal static class ScimDocuments
{
    private const string SchemaSchema = "urn:ietf:params:scim:schemas:core:2.0:Schema";

    public static void Map(RouteGroupBuilder scim)
    {
        Map(scim, "/ServiceProviderConfig", "scim-config", "What is supported (RFC 7643 §5).", Config);
        MapList(scim, "/ResourceTypes", "User", "scim-types", "The kinds of resources (RFC 7643 §6).", ResourceType);
        MapList(scim, "/Schemas", ScimUser.Schema, "scim-schemas", "The attributes of a user (RFC 7643 §7).", Schema);
    }

    private static void Map(RouteGroupBuilder scim, string path, string id, string summary, Func<string, JsonObject> make) => scim
        .MapGet(path, (HttpContext http, SsoOptions sso) => (IResult?)Unfiltered(http) ?? ApiAnswer.Of(make(sso.Issuer + ScimRoutes.Root)))
        .WithOperation(new(id, ApiScopes.ReadPeople, summary) { Answer = ScimSchemas.Document });

    private static void MapList(
        RouteGroupBuilder scim, string path, string only, string id, string summary, Func<string, JsonObject> make)
    {
        Map(scim, path, id, summary, root => ScimUser.List(1, 1, [make(root)]));
        scim.MapGet(
            path + "/{name}",
            (string name, SsoOptions sso) => name.Equals(only, StringComparison.OrdinalIgnoreCase)
                ? (IResult)ApiAnswer.Of(make(sso.Issuer + ScimRoutes.Root))
                : new ApiError(StatusCodes.Status404NotFound, "There is no such document."))
            .WithOperation(new(id + "-one", ApiScopes.ReadPeople, summary) { Answer = ScimSchemas.Document });
    }

    /// <summary>RFC 7644 §4: these are not searched.</summary>
    private static ApiError? Unfiltered(HttpContext http) => http.Request.Query.ContainsKey("filter")
        ? new ApiError(StatusCodes.Status403Forbidden, "These documents are not filtered.")
        : null;

    private static JsonObject Config(string root) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
        ["patch"] = Supported(true),
        ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = ScimSelection.Most },
        ["changePassword"] = Supported(false),
        ["sort"] = Supported(false),
        ["etag"] = Supported(true),
        // RFC 9865 §4.
        ["pagination"] = new JsonObject
        {
            ["cursor"] = true,
            ["index"] = true,
            ["defaultPaginationMethod"] = "index",
            ["defaultPageSize"] = ScimSelection.Usual,
            ["maxPageSize"] = ScimSelection.Most,
        },
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken",
            ["name"] = "OAuth 2.0",
            ["description"] = "An access token of this server, by private_key_jwt or mutual TLS; bound to a key where wanted.",
            ["specUri"] = "https://www.rfc-editor.org/info/rfc6750",
            ["primary"] = true,
        }),
        ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = root + "/ServiceProviderConfig" },
    };

    private static JsonObject Supported(bool isSupported) => new() { ["supported"] = isSupported };

    private static JsonObject ResourceType(string root) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"),
        ["id"] = "User",
        ["name"] = "User",
        ["endpoint"] = "/Users",
        ["description"] = "A person who signs in.",
        ["schema"] = ScimUser.Schema,
        ["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = root + "/ResourceTypes/User" },
    };

    private static JsonObject Schema(string root) => new()
    {
        ["schemas"] = new JsonArray(SchemaSchema),
        ["id"] = ScimUser.Schema,
        ["name"] = "User",
        ["description"] = "A person who signs in.",
        ["attributes"] = Attributes(),
        ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"{root}/Schemas/{ScimUser.Schema}" },
    };

    /// <summary>What a user has (RFC 7643 §7).</summary>
    public static JsonArray Attributes() =>
    [
        Attribute("userName", "The name to sign in with.", "immutable", isRequired: true, uniqueness: "server"),
        Complex("name", "What the person is called.", isMany: false, "readWrite",
            Attribute("formatted", "The whole name; made of the two others when it is left out.", "readWrite"),
            Attribute("givenName", "First name.", "readWrite"),
            Attribute("familyName", "Family name.", "readWrite")),
        Attribute("nickName", "How the person is addressed.", "readWrite"),
        Attribute("locale", "A language tag (BCP 47); also the language of mails.", "readWrite"),
        Attribute("timezone", "Such as Europe/Rome.", "readWrite"),
        Attribute("active", "False closes the account and ends every session and token at once.", "readWrite", type: "boolean"),
        Attribute(
            "password", "Whoever is added without one is invited by mail to choose it.", "writeOnly", isExact: true, returned: "never"),
        Complex("emails", "The one address. It is vouched for by whoever adds the person.", isMany: true, "immutable",
            Attribute("value", "The address.", "immutable", isRequired: true, uniqueness: "server"),
            Attribute("primary", "There is one address, and it is the primary one.", "immutable", type: "boolean")),
    ];

    private static JsonObject Attribute(
        string name, string description, string mutability, string type = "string", bool isRequired = false, bool isExact = false,
        string returned = "default", string uniqueness = "none")
    {
        var attribute = new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["multiValued"] = false,
            ["description"] = description,
            ["required"] = isRequired,
            ["mutability"] = mutability,
            ["returned"] = returned,
        };
        if (type == "string")
        {
            attribute["caseExact"] = isExact;
            attribute["uniqueness"] = uniqueness;
        }

        return attribute;
    }

    private static JsonObject Complex(string name, string description, bool isMany, string mutability, params JsonNode[] parts) => new()
    {
        ["name"] = name,
        ["type"] = "complex",
        ["multiValued"] = isMany,
        ["description"] = description,
        ["required"] = isMany,
        ["mutability"] = mutability,
        ["returned"] = "default",
        ["subAttributes"] = new JsonArray(parts),
    };
}
