namespace Sso.Protocol.Webhooks;

/// <summary>When a message that was not taken is sent again: the schedule that Standard Webhooks proposes, over more than a day.</summary>
public static class WebhookRetries
{
    /// <summary>The share of a wait by which it may be longer, so that messages that failed together do not come back together.</summary>
    public const double Jitter = 0.2;

    /// <summary>However long the receiver asks to be left alone.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(10),
    ];

    /// <summary>The first and one after each wait.</summary>
    public static int MostAttempts => Waits.Length + 1;

    /// <summary>How long to wait; null when it is given up.</summary>
    /// <param name="attempts">How many there were, 1 or more.</param>
    /// <param name="asked">By Retry-After (RFC 9110 §10.2.3); never shortens the wait.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan? WaitAfter(int attempts, TimeSpan? asked, double chance)
    {
        if (attempts >= MostAttempts)
        {
            return null;
        }

        var wait = Waits[attempts - 1] * (1 + (Jitter * chance));
        var wish = asked > LongestAsked ? LongestAsked : asked;
        return wish > wait ? wish : wait;
    }
}
