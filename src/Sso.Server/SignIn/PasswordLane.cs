using Sso.Data.Secrets;

namespace Sso.Server.SignIn;

/// <summary>Password hashing has a lane of its own: as many at once as cores, a short queue, then busy; a flood of sign-ins cannot starve token requests.</summary>
public sealed class PasswordLane : IDisposable
{
    private static readonly int Queue = 8 * Environment.ProcessorCount;
    private readonly SemaphoreSlim _running = new(Environment.ProcessorCount);
    private int _waiting;

    /// <summary>Null when the queue is full.</summary>
    public async Task<PasswordMatch?> VerifyAsync(string password, string? stored, CancellationToken cancellation)
    {
        var match = PasswordMatch.Wrong;
        return await TryRunAsync(() => match = PasswordHashing.Verify(password, stored), cancellation) ? match : null;
    }

    /// <summary>Null when the queue is full.</summary>
    public async Task<string?> HashAsync(string password, CancellationToken cancellation)
    {
        string? hash = null;
        await TryRunAsync(() => hash = PasswordHashing.Hash(password), cancellation);
        return hash;
    }

    private async Task<bool> TryRunAsync(Action work, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > Queue)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            await _running.WaitAsync(cancellation);
            try
            {
                await Task.Run(work, cancellation);
                return true;
            }
            finally
            {
                _running.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _running.Dispose();
}
