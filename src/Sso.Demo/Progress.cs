using System.Globalization;

namespace Sso.Demo;

/// <summary>Tells the person waiting what is going on and, while there is nothing new to say, that it is going on.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly string _what;
    private readonly ITimer _timer;

    /// <param name="what">Completes "… (2 min 15 s so far)".</param>
    public Progress(string what)
    {
        _what = what;
        _timer = TimeProvider.System.CreateTimer(_ => Print(_what + SoFar()), null, Quiet, Quiet);
    }

    public void Tell(string line)
    {
        Print(line);
        _timer.Change(Quiet, Quiet);
    }

    public void Dispose() => _timer.Dispose();

    private string SoFar()
    {
        var time = TimeProvider.System.GetElapsedTime(_began);
        return string.Create(CultureInfo.InvariantCulture, $" ({(int)time.TotalMinutes} min {time.Seconds} s so far)");
    }

    private static void Print(string line) => Console.WriteLine("  " + line);
}
