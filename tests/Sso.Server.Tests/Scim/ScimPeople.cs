using System.Text.Json.Nodes;
using Sso.Protocol.Clients;
using Sso.Server.Tests.AdminApi;
using Sso.Testing;

namespace Sso.Server.Tests.Scim;

/// <summary>What a program sends about people by SCIM 2.0.</summary>
internal static class ScimPeople
{
    public const string Root = "/scim/v2/Users";
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string PatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    public static Task<ApiMachine> OpenPeopleAsync(this SsoServer server) => ApiMachine.OpenAsync(
        server, ApiScopes.ReadPeople, ApiScopes.WritePeople);

    public static Task<ApiReply> SendAsync(ApiMachine machine, string method, string path, JsonNode body, string? seen = null) =>
        machine.SendAsync(method, path, body, seen, type: "application/scim+json");

    public static Task<ApiReply> PatchAsync(ApiMachine machine, string id, params JsonObject[] operations) =>
        PatchAsync(machine, id, seen: null, operations);

    public static Task<ApiReply> PatchAsync(ApiMachine machine, string id, string? seen, params JsonObject[] operations) => SendAsync(
        machine, "PATCH", $"{Root}/{id}",
        new JsonObject { ["schemas"] = new JsonArray(PatchSchema), ["Operations"] = new JsonArray([.. operations]) }, seen);

    public static JsonObject Operation(string op, string? path, JsonNode? value = null)
    {
        var operation = new JsonObject { ["op"] = op };
        if (path is not null)
        {
            operation["path"] = path;
        }

        if (value is not null)
        {
            operation["value"] = value;
        }

        return operation;
    }

    public static JsonObject New(string name) => new()
    {
        ["schemas"] = new JsonArray(Schema),
        ["userName"] = name,
        ["name"] = new JsonObject { ["givenName"] = "Elena", ["familyName"] = "Bianchi" },
        ["emails"] = new JsonArray(new JsonObject { ["value"] = $"{name}@example.it", ["type"] = "work", ["primary"] = true }),
        ["locale"] = "it",
    };
}
