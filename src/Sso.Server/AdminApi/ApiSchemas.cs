using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Sso.Server.Api;

namespace Sso.Server.AdminApi;

/// <summary>The schemas that a description refers to, each once and by its name.</summary>
internal sealed class ApiSchemas
{
    private readonly SortedDictionary<string, JsonNode> _made = new(StringComparer.Ordinal);

    private readonly JsonSchemaExporterOptions _options;

    public ApiSchemas() => _options = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => IsTime(context.TypeInfo.Type) ? Time(context.TypeInfo.Type)
            : context.Path.Length > 0 && IsNamed(context.TypeInfo)
                ? Referred(context.TypeInfo, isNullable: MayBeNull(schema))
            : WithoutAbsent(schema),
    };

    /// <summary>A reference to a schema, which is made if it is not yet.</summary>
    public JsonObject Refer(ApiSchema schema)
    {
        if (_made.TryAdd(schema.Name, new JsonObject()))
        {
            _made[schema.Name] = schema.Make?.Invoke() ?? schema.Type!.GetJsonSchemaAsNode(_options);
        }

        return new() { ["$ref"] = "#/components/schemas/" + schema.Name };
    }

    public JsonObject ToJson() => new(_made.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));

    private JsonObject Referred(JsonTypeInfo type, bool isNullable)
    {
        var reference = Refer(type);
        return isNullable ? new() { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    /// <summary>What is null is left out of an answer, so nobody may count on it.</summary>
    private static JsonNode WithoutAbsent(JsonNode schema)
    {
        if (schema is JsonObject && schema["required"] is JsonArray required && schema["properties"] is JsonObject properties)
        {
            required.RemoveAll(name => MayBeNull(properties[name!.GetValue<string>()]!));
            if (required.Count == 0)
            {
                schema.AsObject().Remove("required");
            }
        }

        return schema;
    }

    private static bool MayBeNull(JsonNode schema) => schema is JsonObject && (
        schema["type"] is JsonArray
        || schema["enum"] is JsonArray words && words.Contains(null)
        || schema["anyOf"] is JsonArray forms && forms.Any(form => form!["type"]?.ToString() == "null"));

    /// <summary>The exporter does not know what our converter writes.</summary>
    private static bool IsTime(Type type) => type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?);

    private static JsonObject Time(Type type) => new()
    {
        ["type"] = type == typeof(DateTimeOffset) ? "string" : new JsonArray("string", "null"),
        ["format"] = "date-time",
    };

    private static bool IsNamed(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Object && type.Type.Namespace?.StartsWith("Sso.", StringComparison.Ordinal) == true;
}
