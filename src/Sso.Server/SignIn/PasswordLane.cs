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
        if (Interlocked.Increment(ref _waiting) > Queue)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        try
        {
            await _running.WaitAsync(cancellation);
            try
            {
                return await Task.Run(() => PasswordHashing.Verify(password, stored), cancellation);
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
