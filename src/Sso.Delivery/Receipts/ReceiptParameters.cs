using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Sso.Delivery.Receipts;

/// <summary>
/// The parameters of a receipt, from a query, a form or a flat JSON object. Null if a name comes twice or the body is something else.
/// </summary>
internal static class ReceiptParameters
{
    public static IReadOnlyDictionary<string, string>? OfForm(ReadOnlyMemory<byte> body) =>
        OfQuery("?" + Encoding.UTF8.GetString(body.Span));

    public static IReadOnlyDictionary<string, string>? OfQuery(string query)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (!parameters.TryAdd(pair.DecodeName().ToString(), pair.DecodeValue().ToString()))
            {
                return null;
            }
        }

        return parameters;
    }

    public static IReadOnlyDictionary<string, string>? OfJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var parameters = new Dictionary<string, string>();
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.EnumerateObject().All(member => parameters.TryAdd(member.Name, member.Value.ToString()))
                ? parameters
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
