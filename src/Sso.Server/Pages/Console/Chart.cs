using System.Collections.Immutable;

namespace Sso.Server.Pages.Console;

/// <summary>The bars of four weeks, in the units of the drawing.</summary>
/// <param name="Top">The number at the upper line.</param>
/// <param name="Bars">The oldest first.</param>
/// <param name="LimitY">Where the line of what is allowed a day is; null without one, or where no bar comes near it.</param>
internal sealed record Chart(long Top, ImmutableArray<ChartBar> Bars, int? LimitY)
{
    /// <summary>So many bars have room.</summary>
    public const int Days = 28;

    public const int Width = 576;

    /// <summary>Of the whole drawing, with the days below the bars.</summary>
    public const int Height = DaysY + 4;

    /// <summary>Where the first bar begins.</summary>
    public const int Left = 8;

    /// <summary>Where the last bar ends: the numbers of the lines stand to the right of it.</summary>
    public const int End = Left + ((Days - 1) * Step) + BarWidth;

    public const int BarWidth = 13;

    /// <summary>Where the numbers of the lines end.</summary>
    public const int NumbersEnd = Width - 2;

    /// <summary>How far above its line a number stands.</summary>
    public const int AboveLine = 4;

    /// <summary>The line on which the days are written.</summary>
    public const int DaysY = Ground + 20;

    /// <summary>Where the bars stand.</summary>
    public const int Ground = TopLine + Tallest;

    private const int Step = 19;
    // The number above it still has room on a phone, where it is twice as large.
    private const int TopLine = 20;
    private const int Tallest = 116;

    /// <summary>The upper line and the one in the middle, each with its number.</summary>
    public ImmutableArray<(int Y, long Count)> Lines => [(TopLine, Top), (TopLine + (Tallest / 2), Top / 2)];

    /// <param name="days">What went well and what did not, the oldest day first.</param>
    /// <param name="limit">What is allowed a day.</param>
    public static Chart Of(IReadOnlyList<(DateOnly Day, long Good, long Bad)> days, long? limit = null)
    {
        var top = RoundUp(days.Max(day => day.Good + day.Bad));
        int Scaled(long count) => count == 0 ? 0 : Math.Max(2, (int)Math.Round((double)count * Tallest / top));
        return new(
            top,
            [
                .. days.Select((day, index) =>
                    new ChartBar(day.Day, Left + (index * Step), Scaled(day.Good), Scaled(day.Bad))),
            ],
            limit <= top ? Ground - Scaled(limit.Value) : null);
    }

    /// <summary>The next number that begins with 1, 2 or 5, so that the half of it is a number too.</summary>
    private static long RoundUp(long most)
    {
        for (var magnitude = 10L; ; magnitude *= 10)
        {
            foreach (var first in (int[])[1, 2, 5])
            {
                if (first * (magnitude / 10) * 2 >= most)
                {
                    return Math.Max(10, first * (magnitude / 10) * 2);
                }
            }
        }
    }
}

/// <summary>One day: failures stand on what succeeded.</summary>
internal sealed record ChartBar(DateOnly Day, int X, int Good, int Bad)
{
    public int GoodY => Chart.Ground - Good;

    public int BadY => GoodY - Bad;
}

/// <summary>A drawing with what it says to whoever does not see it.</summary>
/// <param name="Say">How a number at a line is written.</param>
internal sealed record DrawnChart(Chart Chart, string Label, Func<long, string> Say);
