using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Data.Webhooks;

/// <summary>
/// The body of a message: type, time and what the record of events holds of it, under names that stay. People are named by the
/// <c>sub</c> of clients with public subjects; a client with pairwise subjects has no part in it.
/// </summary>
public static class WebhookMessage
{
    public const string TestType = "webhook.test";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(SecurityEvent item) => Write(WebhookType.Of(item.Kind).Name, item.At, data => Tell(data, item));

    /// <summary>What an operator sends to see whether it arrives.</summary>
    public static byte[] Test(WebhookDelivery delivery) =>
        Write(TestType, delivery.CreatedAt, data => data.WriteString("webhook", delivery.WebhookId));

    private static byte[] Write(string type, DateTimeOffset at, Action<Utf8JsonWriter> tell)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, Readable))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("timestamp", at.UtcDateTime);
            json.WriteStartObject("data");
            tell(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    private static void Tell(Utf8JsonWriter data, SecurityEvent item)
    {
        var facts = EventFacts.Of(item);
        data.WriteString("event_id", item.Id.ToString("N"));
        Tell(data, "sub", item.PersonId?.ToString("N"));
        Tell(data, "sid", item.SessionId?.ToString("N"));
        Tell(data, "client_id", item.ClientId);
        if (facts.Methods.Count > 0)
        {
            data.WriteStartArray("methods");
            foreach (var method in facts.Methods)
            {
                data.WriteStringValue(Word(method));
            }

            data.WriteEndArray();
        }

        Tell(data, "detail", facts.Detail);
        Tell(data, "reason", item.Reason);
        Tell(data, "browser", facts.Device?.Browser);
        Tell(data, "system", facts.Device?.System);
        Tell(data, "address", item.Address);
        Tell(data, "actor", item.Actor);
        Tell(data, "request", item.RequestId);
        if (item.Changes is { } changes)
        {
            data.WritePropertyName("changes");
            data.WriteRawValue(changes);
        }
    }

    private static void Tell(Utf8JsonWriter data, string member, string? value)
    {
        if (value is not null)
        {
            data.WriteString(member, value);
        }
    }

    private static string Word(ProofMethod method) => JsonNamingPolicy.SnakeCaseLower.ConvertName(method.ToString());
}
