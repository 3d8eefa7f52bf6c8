using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Secrets;
using Xunit;

namespace Sso.Testing;

/// <summary>
/// Watches for slow work (hashing, making keys, calls to others) while a transaction is open. A request, a round of housekeeping or an
/// operation is one flow: what it does in parallel belongs to it, what others do does not.
/// </summary>
public sealed class SlowWorkGuard : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IStartupFilter, IDisposable
{
    /// <summary>Ours, and those of the runtime for HTTP and for the names of hosts.</summary>
    private static readonly string[] Sources = [SlowWork.SourceName, "System.Net.Http", "Experimental.System.Net.NameResolution"];

    private readonly AsyncLocal<Flow?> _flow = new();
    private readonly ConcurrentQueue<string> _found = new();
    private readonly ActivityListener _work;
    private readonly IDisposable _listeners;
    private readonly ConcurrentBag<IDisposable> _transactions = [];
    private int _seen;

    public SlowWorkGuard()
    {
        _listeners = DiagnosticListener.AllListeners.Subscribe(this);
        _work = new ActivityListener
        {
            ShouldListenTo = source => Sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = Started,
        };
        ActivitySource.AddActivityListener(_work);
    }

    /// <summary>What was done while a transaction was open.</summary>
    public IReadOnlyCollection<string> Found => _found;

    /// <summary>
    /// The work of all flows that was seen, so that a test can tell that nothing was found from that nothing was watched.
    /// </summary>
    public int Seen => _seen;

    /// <summary>Each request is a flow.</summary>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, rest) => RunAsync(() => rest(http)));
        next(app);
    };

    public async Task RunAsync(Func<Task> work)
    {
        _flow.Value = new Flow();
        await work();
    }

    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        _flow.Value = new Flow();
        return await work();
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _transactions.Add(
                value.Subscribe(this, name => name.StartsWith(DbLoggerCategory.Database.Transaction.Name, StringComparison.Ordinal)));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (_flow.Value is not { } flow || value.Value is not TransactionEventData { TransactionId: var id })
        {
            return;
        }

        if (value.Key == RelationalEventId.TransactionStarted.Name)
        {
            flow.Open[id] = true;
        }
        else if (value.Key == RelationalEventId.TransactionCommitted.Name || value.Key == RelationalEventId.TransactionRolledBack.Name
            || value.Key == RelationalEventId.TransactionDisposed.Name)
        {
            flow.Open.TryRemove(id, out _);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        _work.Dispose();
        _listeners.Dispose();
        foreach (var subscription in _transactions)
        {
            subscription.Dispose();
        }
    }

    /// <summary>For the end of a fixture: whatever its tests did, nothing slow happened while a transaction was open.</summary>
    public void Verify() => Assert.Empty(_found);

    private void Started(Activity activity)
    {
        if (_flow.Value is not { } flow)
        {
            return;
        }

        Interlocked.Increment(ref _seen);
        if (!flow.Open.IsEmpty)
        {
            _found.Enqueue($"{activity.OperationName} inside a transaction:{Environment.NewLine}{Environment.StackTrace}");
        }
    }

    private sealed class Flow
    {
        public ConcurrentDictionary<Guid, bool> Open { get; } = new();
    }
}
