using System.Globalization;
using System.Text.Json;
using Sso.Delivery.Outbox;

namespace Sso.Delivery.Mail;

/// <summary>One JSON file per mail instead of a relay, for the page /dev/mail. It cannot exist outside Development.</summary>
public sealed class DevelopmentMailbox : IMailRoute
{
    private const int Most = 200;
    private readonly string _folder;
    private readonly TimeProvider _clock;

    internal DevelopmentMailbox(OutboxFolder outbox, TimeProvider clock)
    {
        (_folder, _clock) = (OutboxFolder.Make(Path.Combine(outbox.Path, "mail")), clock);
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<MailMessage> List() =>
        [
            .. Directory.EnumerateFiles(_folder, "*.json").OrderDescending(StringComparer.Ordinal)
                .Take(Most).Select(Read).OfType<MailMessage>(),
        ];

    public async Task<MailOutcome> SendAsync(Guid id, MailMessage mail, byte[]? logo, CancellationToken cancellation)
    {
        var name = _clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfffffff", CultureInfo.InvariantCulture) + $"-{id:N}";
        var (draft, final) = (Path.Combine(_folder, name + ".tmp"), Path.Combine(_folder, name + ".json"));
        // A reader never sees half a mail: it is written next to its place and then moved there.
        await File.WriteAllBytesAsync(draft, JsonSerializer.SerializeToUtf8Bytes(mail, MailJson.Default.MailMessage), cancellation);
        File.Move(draft, final, overwrite: true);
        return MailOutcome.Sent;
    }

    private static MailMessage? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), MailJson.Default.MailMessage);
        }
        // Removed since the listing, or not ours.
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }
}
