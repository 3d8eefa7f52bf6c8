using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Routes;

/// <summary>
/// A route behind its breaker, with the time limit of an attempt and the second attempt that the first route in the list is allowed: only
/// when it is certain that the first was not accepted.
/// </summary>
public sealed partial class GuardedRoute
{
    public static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    private readonly IMessageRoute _route;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly RouteBreaker _breaker;
    private readonly ResiliencePipeline<DeliveryOutcome> _once;
    private readonly ResiliencePipeline<DeliveryOutcome> _twice;

    public GuardedRoute(IMessageRoute route, TimeProvider clock, ILogger<GuardedRoute> log)
    {
        (_route, _clock, _log) = (route, clock, log);
        var breaker = _breaker = new RouteBreaker(clock);
        _once = new ResiliencePipelineBuilder<DeliveryOutcome> { TimeProvider = clock }.AddStrategy(_ => breaker).Build();
        _twice = new ResiliencePipelineBuilder<DeliveryOutcome> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<DeliveryOutcome>
            {
                MaxRetryAttempts = 1,
                ShouldHandle = arguments => ValueTask.FromResult(IsWorthAnotherAttempt(arguments.Outcome.Result)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(WaitAfter(arguments.Outcome.Result)),
            })
            .AddStrategy(_ => breaker)
            .Build();
    }

    public string Name => _route.Name;

    public bool HasReceipts => _route.HasReceipts;

    /// <summary>Null while this node uses it.</summary>
    public RoutePause? Paused => _breaker.Paused;

    /// <summary>Ends the pause of this node.</summary>
    public void Resume() => _breaker.Resume();

    /// <summary>Never throws: if <paramref name="cancellation"/> ends the wait, it answers with what is known.</summary>
    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, bool twice, CancellationToken cancellation)
    {
        // A cancelled pause between two attempts must not hide the outcome of the first.
        DeliveryOutcome last = new ProviderDown(Asked: false);
        try
        {
            return await (twice ? _twice : _once).ExecuteAsync(
                async (_, token) => last = await AttemptAsync(message, token), (object?)null, cancellation);
        }
        catch (OperationCanceledException)
        {
            return last;
        }
    }

    private static bool IsWorthAnotherAttempt(DeliveryOutcome? outcome) =>
        outcome is ProviderDown { Asked: true } || (outcome is Throttled throttled && throttled.After <= LongestWait);

    private static TimeSpan WaitAfter(DeliveryOutcome? outcome) =>
        (outcome is Throttled throttled ? throttled.After : Breath) + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(250));

    private async Task<DeliveryOutcome> AttemptAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(AttemptLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var began = _clock.GetTimestamp();
        var outcome = await AskAsync(message, either.Token);
        var (masked, taken) = (message.To.Masked, (long)_clock.GetElapsedTime(began).TotalMilliseconds);
        Attempted(_log, outcome.Cause, Name, message.Reference, masked, outcome.Name, taken);
        switch (outcome)
        {
            case ConfigError error:
                NeedsAnOperator(_log, Name, error.What);
                break;
            case RouteRefused refused:
                NotCarried(_log, Name, masked, refused.Reason);
                break;
            case Bug bug:
                NotUnderstood(_log, Name, bug.What);
                break;
            case FraudBlocked:
                TakenForFraud(_log, Name, masked);
                break;
        }

        return outcome;
    }

    private async Task<DeliveryOutcome> AskAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        try
        {
            return await _route.SendAsync(message, cancellation);
        }
        catch (OperationCanceledException exception)
        {
            return new Unknown { Cause = exception };
        }
    }

    [LoggerMessage(
        EventId = 2101, Level = LogLevel.Information,
        Message = "Text {Reference} to {Masked} by {Route}: {Outcome} after {Milliseconds} ms")]
    private static partial void Attempted(
        ILogger log, Exception? exception, string route, string reference, string masked, string outcome, long milliseconds);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Critical, Message = "The route {Route} needs an operator: {What}")]
    private static partial void NeedsAnOperator(ILogger log, string route, string what);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Error, Message = "The route {Route} did not understand the request: {What}")]
    private static partial void NotUnderstood(ILogger log, string route, string what);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Warning, Message = "The route {Route} takes a text to {Masked} for fraud")]
    private static partial void TakenForFraud(ILogger log, string route, string masked);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Warning, Message = "The route {Route} does not carry a text to {Masked}: {Reason}")]
    private static partial void NotCarried(ILogger log, string route, string masked, string reason);
}
