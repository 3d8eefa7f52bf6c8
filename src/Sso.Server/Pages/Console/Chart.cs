using System.Collections.Immutable;
using Sso.Admin.Overview;

namespace Sso.Server.Pages.Console;

/// <summary>The bars of four weeks, in the units of the drawing.</summary>
/// <param name="Top">The number at the upper line.</param>
internal sealed record Chart(int Top, ImmutableArray<ChartBar> Bars)
{
    public const int Width = 576;

    /// <summary>Of the whole drawing, with the days below the bars.</summary>
    public const int Height = DaysY + 4;

    /// <summary>Where the first bar begins.</summary>
    public const int Left = 8;

    /// <summary>Where the last bar ends: the numbers of the lines stand to the right of it.</summary>
    public const int End = Left + ((SignInHistory.Days - 1) * Step) + BarWidth;

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
    private const int TopLine = 16;
    private const int Tallest = 116;

    /// <summary>The upper line and the one in the middle, each with its number.</summary>
    public ImmutableArray<(int Y, int Count)> Lines => [(TopLine, Top), (TopLine + (Tallest / 2), Top / 2)];

    public static Chart Of(ImmutableArray<DayOfSignIns> days)
    {
        var top = RoundUp(days.Max(day => day.SignIns + day.Failures));
        int Scaled(int count) => count == 0 ? 0 : Math.Max(2, (int)Math.Round((double)count * Tallest / top));
        return new(
            top,
            [
                .. days.Select((day, index) =>
                    new ChartBar(day, Left + (index * Step), Scaled(day.SignIns), Scaled(day.Failures))),
            ]);
    }

    /// <summary>The next number that begins with 1, 2 or 5, so that the half of it is a number too.</summary>
    private static int RoundUp(int most)
    {
        for (var magnitude = 10; ; magnitude *= 10)
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
internal sealed record ChartBar(DayOfSignIns Day, int X, int Good, int Bad)
{
    public int GoodY => Chart.Ground - Good;

    public int BadY => GoodY - Bad;
}
