using System.Text.Json;
using Sso.Admin.Audit;

namespace Sso.Server.AdminApi;

/// <summary>Events as the lines of a file, each as the API gives it.</summary>
internal static class EventLines
{
    public static async Task WriteAsync(TextWriter lines, IAsyncEnumerable<EventView> events, CancellationToken cancellation)
    {
        await foreach (var item in events.WithCancellation(cancellation))
        {
            await lines.WriteAsync(JsonSerializer.Serialize(item, AdminJson.Default.EventView));
            await lines.WriteAsync('\n');
        }
    }
}
