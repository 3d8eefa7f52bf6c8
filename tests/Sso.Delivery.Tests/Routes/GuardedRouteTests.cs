using Microsoft.Extensions.Logging.Abstractions;
using Sso.Delivery.Routes;
using Sso.Testing;
using Xunit;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Tests.Routes;

[Spec("M4")]
public sealed class GuardedRouteTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeClock _clock = new();

    /// <summary>The first answer, and how often the first and the second route of the list are asked when it is repeated.</summary>
    public static TheoryData<string, DeliveryOutcome, int> Matrix => new()
    {
        { "accepted", new Accepted("id", 1), 1 },
        { "certainly not accepted", new ProviderDown(), 2 },
        { "throttled for a moment", new Throttled(Second), 2 },
        { "throttled for two seconds", new Throttled(2 * Second), 2 },
        { "throttled for longer", new Throttled(3 * Second), 1 },
        { "no answer", new Unknown(), 1 },
        { "not carried by this provider", new RouteRefused("policy"), 1 },
        { "no such number", new InvalidNumber(), 1 },
        { "opted out", new NotReachable("opted out"), 1 },
        { "taken for fraud", new FraudBlocked(), 1 },
        { "not configured", new ConfigError("sender", StopsRoute: false), 1 },
        { "not understood", new Bug("400"), 1 },
    };

    [Theory, MemberData(nameof(Matrix))]
    public async Task The_first_route_is_asked_again_only_when_it_certainly_did_not_take_the_message(
        string situation, DeliveryOutcome answer, int asked)
    {
        var route = new ScriptedRoute(answer, answer);
        Assert.Equal(answer, await Guard(route).SendAsync(Message(), twice: true, CancellationToken.None).AdvancingAsync(_clock, Second));
        Assert.True(asked == route.Asked, situation);
    }

    [Theory, MemberData(nameof(Matrix))]
    public async Task The_second_route_is_asked_once(string situation, DeliveryOutcome answer, int asked)
    {
        var route = new ScriptedRoute(answer);
        Assert.Equal(answer, await Guard(route).SendAsync(Message(), twice: false, CancellationToken.None));
        Assert.True(asked >= 1 && route.Asked == 1, situation);
    }

    [Fact]
    public async Task A_second_attempt_may_succeed_but_not_before_the_wait_is_over()
    {
        var route = new ScriptedRoute(new Throttled(Second), new Accepted("id", 1));
        var sending = Guard(route).SendAsync(Message(), twice: true, CancellationToken.None);
        var end = _clock.GetUtcNow() + GuardedRoute.AttemptLimit;
        await Patience.UntilAsync(() => _clock.NextDue < end, "the wait for the second attempt");
        Assert.InRange(_clock.NextDue!.Value, _clock.GetUtcNow() + Second, _clock.GetUtcNow() + (1.25 * Second));
        Assert.Equal(1, route.Asked);
        Assert.IsType<Accepted>(await sending.AdvancingAsync(_clock, TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public async Task An_attempt_ends_after_five_seconds_and_is_unknown()
    {
        var route = new ScriptedRoute((DeliveryOutcome?)null);
        var sending = Guard(route).SendAsync(Message(), twice: true, CancellationToken.None);
        await Patience.UntilAsync(() => route.Asked == 1, "the attempt");
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.IsType<Unknown>(await sending);
        Assert.Equal(1, route.Asked);
    }

    [Fact]
    public async Task When_time_is_up_during_the_pause_the_first_answer_stands()
    {
        var route = new ScriptedRoute(new Throttled(2 * Second));
        using var whole = new CancellationTokenSource(Second, _clock);
        var sending = Guard(route).SendAsync(Message(), twice: true, whole.Token);
        await Patience.UntilAsync(() => route.Asked == 1, "the first attempt");
        Assert.IsType<Throttled>(await sending.AdvancingAsync(_clock, TimeSpan.FromMilliseconds(500)));
        Assert.Equal(1, route.Asked);
    }

    [Fact]
    public async Task Five_certain_failures_in_thirty_seconds_open_the_breaker_and_one_success_after_thirty_closes_it()
    {
        var route = new ScriptedRoute();
        var guard = Guard(route);
        await FailAsync(guard, route, 5);
        Assert.Equal(new ProviderDown(Asked: false), await OnceAsync(guard));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(new ProviderDown(Asked: false), await OnceAsync(guard));
        Assert.Equal(5, route.Asked);

        _clock.Advance(Second);
        route.Then(new Accepted("id", 1), new Accepted("id", 1));
        Assert.IsType<Accepted>(await OnceAsync(guard));
        Assert.IsType<Accepted>(await OnceAsync(guard));
    }

    [Fact]
    public async Task Failures_that_are_older_do_not_count()
    {
        var route = new ScriptedRoute();
        var guard = Guard(route);
        await FailAsync(guard, route, 4);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await FailAsync(guard, route, 4);
        route.Then(new Accepted("id", 1));
        Assert.IsType<Accepted>(await OnceAsync(guard));
    }

    [Fact]
    public async Task Silence_and_wrong_numbers_do_not_open_it()
    {
        var route = new ScriptedRoute();
        var guard = Guard(route);
        for (var index = 0; index < 10; index++)
        {
            route.Then(new Unknown(), new InvalidNumber());
            Assert.IsType<Unknown>(await OnceAsync(guard));
            Assert.IsType<InvalidNumber>(await OnceAsync(guard));
        }
    }

    [Fact]
    public async Task Half_open_lets_one_message_try_and_a_failure_opens_it_again()
    {
        var route = new ScriptedRoute();
        var guard = Guard(route);
        await FailAsync(guard, route, 5);
        _clock.Advance(TimeSpan.FromSeconds(30));
        route.Then((DeliveryOutcome?)null);
        var trial = OnceAsync(guard);
        await Patience.UntilAsync(() => route.Asked == 6, "the trial");
        Assert.Equal(new ProviderDown(Asked: false), await OnceAsync(guard));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<Unknown>(await trial);

        Assert.Equal(new ProviderDown(Asked: false), await OnceAsync(guard));
        _clock.Advance(TimeSpan.FromSeconds(30));
        route.Then(new ProviderDown());
        Assert.Equal(new ProviderDown(), await OnceAsync(guard));
        Assert.Equal(new ProviderDown(Asked: false), await OnceAsync(guard));
        Assert.Equal(7, route.Asked);
    }

    [Fact]
    public async Task Credentials_and_credit_open_it_at_once_for_five_minutes()
    {
        var route = new ScriptedRoute(new ConfigError("402: out of credit", StopsRoute: true));
        var guard = Guard(route);
        Assert.IsType<ConfigError>(await OnceAsync(guard));
        _clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(new ProviderDown(Asked: false), await OnceAsync(guard));
        _clock.Advance(Second);
        route.Then(new Accepted("id", 1));
        Assert.IsType<Accepted>(await OnceAsync(guard));
    }

    [Fact]
    public async Task A_kept_back_message_is_not_tried_a_second_time()
    {
        var route = new ScriptedRoute(new ConfigError("401", StopsRoute: true));
        var guard = Guard(route);
        await OnceAsync(guard);
        Assert.Equal(new ProviderDown(Asked: false), await guard.SendAsync(Message(), twice: true, CancellationToken.None));
    }

    [Fact]
    public async Task A_defect_in_a_route_surfaces_and_does_not_leave_the_breaker_half_open()
    {
        var route = new ScriptedRoute();
        var guard = Guard(route);
        await FailAsync(guard, route, 5);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<InvalidOperationException>(() => OnceAsync(guard));
        _clock.Advance(TimeSpan.FromSeconds(30));
        route.Then(new Accepted("id", 1));
        Assert.IsType<Accepted>(await OnceAsync(guard));
    }

    private static Task<DeliveryOutcome> OnceAsync(GuardedRoute guard) => guard.SendAsync(Message(), twice: false, CancellationToken.None);

    private static async Task FailAsync(GuardedRoute guard, ScriptedRoute route, int times)
    {
        for (var index = 0; index < times; index++)
        {
            route.Then(new ProviderDown());
            Assert.Equal(new ProviderDown(), await OnceAsync(guard));
        }
    }

    private static OutgoingMessage Message() => new()
    {
        Id = Guid.Empty,
        To = PhoneNumber.FromStored("+393123456789"),
        Text = "text",
        Life = TimeSpan.FromMinutes(5),
    };

    private GuardedRoute Guard(ScriptedRoute route) => new(route, _clock, NullLogger<GuardedRoute>.Instance);
}
