using Polly;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Routes;

/// <summary>
/// Stays away from a provider that is failing: opens after five certain failures within 30 s, lets one message try after another 30 s;
/// problems with credentials or credit open it at once, for five minutes. A strategy of our own because Polly's counts ratios, not
/// failures.
/// </summary>
internal sealed class RouteBreaker(TimeProvider clock) : ResilienceStrategy<DeliveryOutcome>
{
    public const int Failures = 5;
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongPause = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _failures = new();
    private TimeSpan _pause = Pause;
    private DateTimeOffset? _openUntil;
    private DateTimeOffset _openSince;
    private string _cause = "";
    private bool _trying;

    /// <summary>Null while the route is used.</summary>
    public RoutePause? Paused
    {
        get
        {
            lock (_gate)
            {
                return _openUntil is { } until ? new(_openSince, until, _cause) : null;
            }
        }
    }

    /// <summary>Somebody says that the provider is well again: it is used at once, and judged anew.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _openUntil = null;
            _failures.Clear();
        }
    }

    protected override async ValueTask<Outcome<DeliveryOutcome>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<DeliveryOutcome>>> callback, ResilienceContext context, TState state)
    {
        if (!TryEnter(out var trial))
        {
            return Outcome.FromResult<DeliveryOutcome>(new ProviderDown(Asked: false));
        }

        var outcome = await callback(context, state).ConfigureAwait(false);
        Record(outcome.Result, trial);
        return outcome;
    }

    private bool TryEnter(out bool trial)
    {
        lock (_gate)
        {
            trial = _openUntil is { } until && until <= clock.GetUtcNow() && !_trying;
            _trying |= trial;
            return trial || _openUntil is null;
        }
    }

    private void Record(DeliveryOutcome? outcome, bool trial)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            _trying &= !trial;
            switch (outcome)
            {
                case ConfigError { StopsRoute: true }:
                    Open(now, LongPause, outcome);
                    break;
                // A silent provider does not close the breaker: the trial has shown nothing.
                case ProviderDown or Throttled or Unknown or null when trial:
                    Open(now, _pause, outcome);
                    break;
                case ProviderDown or Throttled:
                    Count(now, outcome);
                    break;
                case not null when trial:
                    _openUntil = null;
                    _failures.Clear();
                    break;
            }
        }
    }

    private void Count(DateTimeOffset now, DeliveryOutcome outcome)
    {
        _failures.Enqueue(now);
        while (_failures.Peek() <= now - Window)
        {
            _failures.Dequeue();
        }

        if (_failures.Count >= Failures)
        {
            Open(now, Pause, outcome);
        }
    }

    private void Open(DateTimeOffset now, TimeSpan pause, DeliveryOutcome? outcome)
    {
        _openSince = _openUntil is null ? now : _openSince;
        _cause = outcome?.Name ?? nameof(Unknown);
        _pause = pause;
        _openUntil = now + pause;
        _failures.Clear();
    }
}

/// <summary>A route that is not used now.</summary>
/// <param name="Since">When it was found failing.</param>
/// <param name="Until">Then one message tries it.</param>
/// <param name="Cause">The outcome class of what failed last.</param>
public sealed record RoutePause(DateTimeOffset Since, DateTimeOffset Until, string Cause);
