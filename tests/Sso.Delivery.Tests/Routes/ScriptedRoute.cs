using System.Collections.Concurrent;
using Sso.Delivery.Routes;

namespace Sso.Delivery.Tests.Routes;

/// <summary>Answers what it is told; a null waits until the attempt is cancelled.</summary>
internal sealed class ScriptedRoute(params DeliveryOutcome?[] answers) : IMessageRoute
{
    private readonly ConcurrentQueue<DeliveryOutcome?> _answers = new(answers);
    private int _asked;

    public string Name => "scripted";

    public bool HasReceipts => false;

    public int Asked => _asked;

    public void Then(params DeliveryOutcome?[] answers)
    {
        foreach (var answer in answers)
        {
            _answers.Enqueue(answer);
        }
    }

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        if (!_answers.TryDequeue(out var answer))
        {
            throw new InvalidOperationException("asked too often");
        }

        if (answer is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }

        return answer!;
    }
}
