using System.Text.Json.Nodes;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>The forms of what SCIM sends and answers, for the description of the API. That of a user is made of its SCIM schema.</summary>
internal static class ScimSchemas
{
    public static readonly ApiSchema User = new("ScimUser", Type: null, () => Message(ScimUser.Schema, new()
    {
        ["id"] = new JsonObject { ["type"] = "string", ["readOnly"] = true },
        ["externalId"] = Text(),
        ["meta"] = new JsonObject { ["type"] = "object", ["readOnly"] = true },
    }, ScimDocuments.Attributes()));

    public static readonly ApiSchema Patch = new("ScimPatch", Type: null, () => Message(ScimPatch.Schema, new()
    {
        ["Operations"] = new JsonObject
        {
            ["type"] = "array",
            ["items"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["op"] = new JsonObject { ["type"] = "string" },
                    ["path"] = Text(),
                    ["value"] = new JsonObject(),
                },
                ["required"] = new JsonArray("op"),
            },
        },
    }));

    public static readonly ApiSchema Users = new("ScimUserList", Type: null, () => Message(ScimUser.ListSchema, new()
    {
        ["totalResults"] = Number(),
        ["startIndex"] = Number(),
        ["itemsPerPage"] = Number(),
        ["nextCursor"] = Text(),
        ["Resources"] = new JsonObject
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["$ref"] = "#/components/schemas/ScimUser" },
        },
    }));

    /// <summary>What describes the service; its form is that of the standard (RFC 7643 §5, §6, §7).</summary>
    public static readonly ApiSchema Document = new("ScimDocument", Type: null, () => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["schemas"] = Texts() },
        ["required"] = new JsonArray("schemas"),
    });

    public static readonly ApiSchema Error = new("ScimError", Type: null, () => Message(ApiError.ScimSchema, new()
    {
        ["status"] = Text(),
        ["scimType"] = Text(),
        ["detail"] = Text(),
    }));

    private static JsonObject Message(string schema, JsonObject properties, JsonArray? attributes = null)
    {
        properties.Insert(0, "schemas", Texts(schema));
        foreach (var attribute in attributes ?? [])
        {
            properties[attribute!["name"]!.GetValue<string>()] = Of(attribute);
        }

        return new() { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray("schemas") };
    }

    /// <summary>One attribute of a SCIM schema (RFC 7643 §7) as JSON Schema says it.</summary>
    private static JsonObject Of(JsonNode attribute)
    {
        var one = attribute["subAttributes"] is JsonArray parts
            ? new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(
                    parts.Select(part => KeyValuePair.Create(part!["name"]!.GetValue<string>(), (JsonNode?)Of(part)))),
            }
            : new JsonObject { ["type"] = attribute["type"]!.GetValue<string>() };
        var described = attribute["multiValued"]!.GetValue<bool>() ? new() { ["type"] = "array", ["items"] = one } : one;
        described["description"] = attribute["description"]!.GetValue<string>();
        if (attribute["mutability"]!.GetValue<string>() == "writeOnly")
        {
            described["writeOnly"] = true;
        }

        return described;
    }

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Number() => new() { ["type"] = "integer" };

    private static JsonObject Texts(string? one = null) => new()
    {
        ["type"] = "array",
        ["items"] = one is null ? Text() : new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(one) },
    };
}
