using System.Runtime.InteropServices;
using Sso.Data.Secrets;

namespace Sso.Accounts.Passwords;

/// <summary>
/// Password hashing has a lane of its own: as many hashes at once as there are cores, then a short queue, then a refusal. A flood of
/// sign-ins cannot starve token requests. Callers that read and write before they hash take their place first: otherwise the flood would
/// queue at the database instead, and hold up everybody else there.
/// </summary>
public sealed class PasswordLane(TimeProvider clock) : IDisposable
{
    /// <summary>A full queue is done in about this time: whoever comes back after it finds room.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly int Queue = 8 * Environment.ProcessorCount;
    private const int PriorityOfProcess = 0;
    private const int Nice = 10;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _running = new(Environment.ProcessorCount);
    private readonly ITimer _release = clock.CreateTimer(_ => PasswordHashing.ReleaseIdleMemory(), state: null, Idle, Idle);
    private int _waiting;

    /// <summary>True if a caller would now be told to come back.</summary>
    public bool IsFull => Volatile.Read(ref _waiting) >= Queue;

    /// <summary>A place in the queue, to be given back; null if it is full.</summary>
    public IDisposable? TryTakePlace()
    {
        if (Interlocked.Increment(ref _waiting) <= Queue)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _waiting);
        return null;
    }

    /// <summary>For callers that already have a place.</summary>
    public async Task<PasswordMatch> VerifyInPlaceAsync(string password, string? stored, CancellationToken cancellation)
    {
        var match = PasswordMatch.Wrong;
        await RunAsync(() => match = PasswordHashing.Verify(password, stored), cancellation);
        return match;
    }

    /// <summary>Null if the queue is full.</summary>
    public async Task<PasswordMatch?> VerifyAsync(string password, string? stored, CancellationToken cancellation)
    {
        var match = PasswordMatch.Wrong;
        return await TryRunAsync(() => match = PasswordHashing.Verify(password, stored), cancellation) ? match : null;
    }

    /// <summary>Null if the queue is full.</summary>
    public async Task<string?> HashAsync(string password, CancellationToken cancellation)
    {
        string? hash = null;
        await TryRunAsync(() => hash = PasswordHashing.Hash(password), cancellation);
        return hash;
    }

    /// <summary>For work in the background: waits as long as it takes, and takes no place that somebody at a form may need.</summary>
    public async Task<string> WrapAsync(Func<string> hash, CancellationToken cancellation)
    {
        var stored = "";
        await RunAsync(() => stored = hash(), cancellation);
        return stored;
    }

    private async Task<bool> TryRunAsync(Action work, CancellationToken cancellation)
    {
        using var place = TryTakePlace();
        if (place is null)
        {
            return false;
        }

        await RunAsync(work, cancellation);
        return true;
    }

    private async Task RunAsync(Action work, CancellationToken cancellation)
    {
        await _running.WaitAsync(cancellation);
        try
        {
            // A thread of its own: on the threads of the pool, of which there are as many as cores, a hash would make every other request
            // wait for its end. And with low priority (nice): a hash keeps a core for some 20 ms, during which a token request should not
            // have to queue.
            await Task.Factory.StartNew(() => RunNicely(work), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _running.Release();
        }
    }

    /// <summary>The thread ends with its work, so its priority need not be restored.</summary>
    private static void RunNicely(Action work)
    {
        if (OperatingSystem.IsLinux())
        {
            // .NET's thread priorities have no effect on Linux, where "the calling process" means the calling thread. If it is refused,
            // only the order changes.
            _ = SetPriority(PriorityOfProcess, 0, Nice);
        }

        work();
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);

    public void Dispose()
    {
        _release.Dispose();
        _running.Dispose();
    }

    private sealed class Place(PasswordLane lane) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref lane._waiting);
    }
}
