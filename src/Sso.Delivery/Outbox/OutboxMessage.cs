using System.Text.Json.Serialization;

namespace Sso.Delivery.Outbox;

/// <summary>A text as the development outbox keeps it, readable: there is no phone at the other end.</summary>
public sealed record OutboxMessage
{
    public required Guid Id { get; init; }

    public required string To { get; init; }

    public required string Text { get; init; }

    public required DateTimeOffset At { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(OutboxMessage))]
internal sealed partial class OutboxJson : JsonSerializerContext;
