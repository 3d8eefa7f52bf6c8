using System.Globalization;
using System.Text.Json;
using Sso.Delivery.Routes;

namespace Sso.Delivery.Outbox;

/// <summary>One JSON file per message instead of a phone.</summary>
internal sealed class DevelopmentOutbox(OutboxFolder folder, TimeProvider clock) : IMessageRoute
{
    public const string RouteName = "outbox";

    public string Name => RouteName;

    public bool HasReceipts => false;

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        var entry = new OutboxMessage { Id = message.Id, To = message.To.E164, Text = message.Text, At = clock.GetUtcNow() };
        var name = entry.At.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfffffff", CultureInfo.InvariantCulture) + "-" + message.Reference;
        var (draft, final) = (Path.Combine(folder.Path, name + ".tmp"), Path.Combine(folder.Path, name + ".json"));
        // A reader never sees half a message: it is written next to its place and then moved there.
        await File.WriteAllBytesAsync(draft, JsonSerializer.SerializeToUtf8Bytes(entry, OutboxJson.Default.OutboxMessage), cancellation);
        File.Move(draft, final, overwrite: true);
        return new DeliveryOutcome.Accepted(message.Reference, 1);
    }
}
