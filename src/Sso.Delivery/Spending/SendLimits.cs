using Microsoft.Extensions.Options;
using Sso.Data;
using Sso.Data.Delivery;

namespace Sso.Delivery.Spending;

/// <summary>
/// The spend guard: counts a text and its price before it is sent. What strangers can cause,
/// texts to numbers that nobody has proved yet, may use four fifths of what all share, and notices four fifths of everything; the
/// rest is kept for people who sign in.
/// </summary>
public sealed class SendLimits(IOptions<DeliveryOptions> options, ConversionBreaker conversion, DeliveryAlerts alerts)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// Null if the text may leave, otherwise what stops it. Nothing may be pending in the context; a transaction of the caller is joined.
    /// </summary>
    public async Task<SendStop?> TryReserveAsync(
        SsoDbContext database, SendRequest request, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!options.Value.Serves(request.Number))
        {
            await alerts.StoppedAsync(database, "country", request.Number.Country.Code, request.Number.Country.Code, now, cancellation);
            return new SendStop(Day, IsOwn: false);
        }

        // A notice has no code to enter, and goes only where one was entered before.
        if (request.Purpose != TextPurpose.Notice
            && await conversion.WaitAsync(database, request.Number, request.Purpose, now, cancellation) is { } closed)
        {
            return new SendStop(closed, IsOwn: false);
        }

        var counters = Counters(request);
        if (counters.FirstOrDefault(counter => counter.IsBudget && counter.Weight > counter.Cap) is { } budget)
        {
            // The end of a window makes no room for it.
            await alerts.TooDearAsync(database, budget.Limit, request.Number.Country.Code, now, cancellation);
            return new SendStop(Wait: null, IsOwn: false);
        }

        if (await database.TryRaiseAsync(counters, now, cancellation) is { } full)
        {
            await TellAsync(database, full, now, cancellation);
            return new SendStop(await database.WaitAsync(counters, now, cancellation), full.IsOwn);
        }

        await WarnAsync(database, now, cancellation);
        return null;
    }

    /// <summary>
    /// Pays for one more message of a text that may have left once already: by another route, after a silence. Joins the caller's
    /// transaction.
    /// </summary>
    public async Task<bool> TryPayAgainAsync(
        SsoDbContext database, PhoneNumber number, TextPurpose purpose, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await database.TryRaiseAsync(Budgets(options.Value.PriceOf(number), purpose), now, cancellation) is not { } full)
        {
            return true;
        }

        await TellAsync(database, full, now, cancellation);
        return false;
    }

    /// <summary>A provider charged more than the price table says: that is counted, whatever the budget.</summary>
    public async Task ChargeAsync(SsoDbContext database, string country, int difference, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.TryRaiseAsync(
            [.. Budgets(difference, TextPurpose.SignIn).Select(budget => budget with { Cap = int.MaxValue })], now, cancellation);
        await alerts.PriceTooLowAsync(database, country, now, cancellation);
    }

    /// <summary>What was spent of each budget since its window began, and when that ends.</summary>
    public async Task<IReadOnlyList<BudgetUse>> BudgetsAsync(SsoDbContext database, DateTimeOffset now, CancellationToken cancellation)
    {
        var budgets = Budgets(0, TextPurpose.SignIn);
        var counts = await database.CountsAsync(budgets, now, cancellation);
        return
        [
            .. budgets.Select(budget =>
            {
                var count = counts.FirstOrDefault(item => item.Counter.Limit == budget.Limit);
                return new BudgetUse(
                    budget.Window == Hour, Money.InEuro(count.Count), Money.InEuro(budget.Cap),
                    count.Counter is null ? null : now + count.Left);
            }),
        ];
    }

    /// <summary>The code of this challenge was entered: its texts were wanted.</summary>
    public Task CodeEnteredAsync(SsoDbContext database, Guid challengeId, DateTimeOffset now, CancellationToken cancellation) =>
        conversion.CodeEnteredAsync(database, challengeId, now, cancellation);

    private Task TellAsync(SsoDbContext database, WindowCounter full, DateTimeOffset now, CancellationToken cancellation) => full.IsBudget
        ? alerts.BudgetSpentAsync(database, full.Limit, now, cancellation)
        : alerts.StoppedAsync(database, full.Limit, full.Name, full.Subject, now, cancellation);

    /// <summary>Early enough to do something about it.</summary>
    private async Task WarnAsync(SsoDbContext database, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var (budget, spent, _) in await database.CountsAsync(Budgets(0, TextPurpose.SignIn), now, cancellation))
        {
            if (spent >= Share(budget.Cap))
            {
                await alerts.BudgetNearAsync(database, budget.Limit, now, cancellation);
            }
            else if (spent >= budget.Cap / 2)
            {
                await alerts.BudgetHalfSpentAsync(database, budget.Limit, now, cancellation);
            }
        }
    }

    private WindowCounter[] Counters(SendRequest request)
    {
        var (limits, number) = (options.Value.Limits, request.Number);
        int Shared(int cap) => request.Purpose == TextPurpose.SignIn ? cap : Share(cap);
        int Own(int cap) => request.Purpose == TextPurpose.Notice ? Share(cap) : cap;
        WindowCounter OfNumber(string limit, int cap, TimeSpan window) =>
            new() { Limit = limit, Name = number.E164, Subject = number.Masked, Cap = cap, Window = window, IsOwn = true };
        WindowCounter Of(string limit, string name, int cap, TimeSpan window, bool isOwn = false) =>
            new() { Limit = limit, Name = name, Subject = name, Cap = cap, Window = window, IsOwn = isOwn };
        return
        [
            OfNumber("text-number-hour", Own(limits.PerNumberAndHour), Hour),
            OfNumber("text-number-day", Own(limits.PerNumberAndDay), Day),
            Of("text-account-day", request.PersonId.ToString("N"), Own(limits.PerAccountAndDay), Day, isOwn: true),
            .. request.Address is { } address
            ? (ReadOnlySpan<WindowCounter>)[Of("text-address-hour", address, limits.PerAddressAndHour, Hour, isOwn: true)]
            : [],
            Of("text-range-hour", number.Range, Shared(limits.PerRangeAndHour), Hour),
            Of("text-prefix-hour", number.Prefix, Shared(limits.PerPrefixAndHour), Hour),
            Of("text-all-hour", "", Shared(limits.PerHour), Hour),
            Of("text-all-day", "", Shared(limits.PerDay), Day),
            .. Budgets(options.Value.PriceOf(number), request.Purpose),
        ];
    }

    private WindowCounter[] Budgets(int price, TextPurpose purpose)
    {
        var budget = options.Value.Budget;
        WindowCounter Of(string limit, decimal euro, TimeSpan window) => new()
        {
            Limit = limit,
            Name = "",
            Cap = purpose == TextPurpose.SignIn ? Money.Of(euro) : Share(Money.Of(euro)),
            Window = window,
            Weight = price,
            IsBudget = true,
        };
        return [Of("text-budget-hour", budget.PerHour, Hour), Of("text-budget-day", budget.PerDay, Day)];
    }

    private static int Share(int cap) => cap - (cap / 5);
}

/// <param name="IsOfHour">Otherwise it is that of a day.</param>
/// <param name="Spent">In euro.</param>
/// <param name="Most">In euro.</param>
/// <param name="Until">When the window ends; null if none has begun.</param>
public sealed record BudgetUse(bool IsOfHour, decimal Spent, decimal Most, DateTimeOffset? Until);
