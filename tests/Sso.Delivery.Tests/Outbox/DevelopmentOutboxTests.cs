using Sso.Delivery.Outbox;
using Sso.Delivery.Routes;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests.Outbox;

[Spec("M2")]
public sealed class DevelopmentOutboxTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("sso-outbox-");
    private DeliveryHost _host = null!;

    private string Folder => Path.Combine(_parent.FullName, "outbox");

    public async ValueTask InitializeAsync() =>
        _host = await DeliveryHost.StartAsync(
            null, _clock, new() { ["Delivery:Routes:0"] = "outbox", ["Delivery:Outbox:Folder"] = Folder });

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _parent.Delete(recursive: true);
    }

    [Fact]
    public async Task Messages_are_listed_newest_first()
    {
        var ids = new List<Guid>();
        for (var index = 0; index < 3; index++)
        {
            ids.Add(await SendAsync($"text {index}"));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var messages = _host.Get<DevelopmentOutboxReader>().List();
        Assert.Equal(Enumerable.Reverse(ids), messages.Select(message => message.Id));
        Assert.Equal(
            ("+393123456789", "text 2", _clock.GetUtcNow().AddMilliseconds(-1)), (messages[0].To, messages[0].Text, messages[0].At));
    }

    [Fact]
    public async Task Half_a_message_is_never_seen_and_foreign_files_do_no_harm()
    {
        await SendAsync("text");
        Assert.Empty(Directory.GetFiles(Folder, "*.tmp"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "20990101T0000000000000-x.tmp"), "{");
        await File.WriteAllTextAsync(Path.Combine(Folder, "20990101T0000000000000-y.json"), "{");
        Assert.Equal("text", Assert.Single(_host.Get<DevelopmentOutboxReader>().List()).Text);
    }

    [Fact]
    public void An_outbox_without_messages_is_an_empty_list() => Assert.Empty(_host.Get<DevelopmentOutboxReader>().List());

    private async Task<Guid> SendAsync(string text)
    {
        var message = new OutgoingMessage
        {
            Id = Guid.CreateVersion7(_clock.GetUtcNow()),
            To = PhoneNumber.FromStored("+393123456789"),
            Text = text,
            Life = TimeSpan.FromMinutes(5),
        };
        Assert.IsType<DeliveryOutcome.Accepted>(await _host.Get<IMessageRoute>().SendAsync(message, CancellationToken.None));
        return message.Id;
    }
}
