using System.Threading.Channels;

namespace Sso.Delivery;

/// <summary>
/// Tells a worker of this node not to wait for its next look. If it is rung twice before the worker looks, the worker looks once.
/// </summary>
public class Bell
{
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>One item each time it is time to look.</summary>
    public IAsyncEnumerable<bool> HeardAsync(CancellationToken cancellation) => _rung.Reader.ReadAllAsync(cancellation);
}

/// <summary>For rows of <see cref="Sso.Data.Delivery.OutgoingMail"/>.</summary>
public sealed class MailBell : Bell;

/// <summary>For rows of <see cref="Sso.Data.Delivery.OutgoingText"/>; the other nodes look every second.</summary>
public sealed class TextBell : Bell;
