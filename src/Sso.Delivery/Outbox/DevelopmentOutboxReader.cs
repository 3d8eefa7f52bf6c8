using System.Text.Json;

namespace Sso.Delivery.Outbox;

/// <summary>The messages of the development outbox, for the page /dev/phone. In the container only when that outbox is a route.</summary>
public sealed class DevelopmentOutboxReader
{
    private const int Most = 200;
    private readonly OutboxFolder _folder;

    internal DevelopmentOutboxReader(OutboxFolder folder) => _folder = folder;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<OutboxMessage> List() =>
        [
            .. Directory.EnumerateFiles(_folder.Path, "*.json").OrderDescending(StringComparer.Ordinal)
                .Take(Most).Select(Read).OfType<OutboxMessage>(),
        ];

    private static OutboxMessage? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), OutboxJson.Default.OutboxMessage);
        }
        // Removed since the listing, or not ours.
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }
}
