using System.Collections.Immutable;
using Sso.Data.Files;
using Sso.Protocol;

namespace Sso.Admin.Files;

/// <summary>
/// One kind of registration that a file may hold: as it is now, and what a file makes of it, by the very operations of the command line.
/// </summary>
internal abstract class FileSection(AppliedKind kind)
{
    public AppliedKind Kind => kind;

    /// <summary>Every registration that a file can hold, by its id.</summary>
    public abstract Task<IReadOnlyDictionary<string, FieldValues>> CurrentAsync(CancellationToken cancellation);

    /// <summary>Checks what can be checked without the others, outside any transaction.</summary>
    public abstract Task<Result<PreparedEntry, Refusal>> PrepareAsync(FileEntry entry, CancellationToken cancellation);

    /// <summary>Null if it is done.</summary>
    public abstract Task<Refusal?> RemoveAsync(string id, CancellationToken cancellation);

    /// <summary>What had to wait for registrations of other kinds.</summary>
    public virtual Task<(string Id, Refusal Refusal)?> FinishAsync(CancellationToken cancellation) =>
        Task.FromResult<(string, Refusal)?>(null);
}

/// <summary>A registration of a file that can be written.</summary>
/// <param name="Before">Null if there is none yet.</param>
/// <param name="After">What the file makes of it.</param>
/// <param name="Write">By the operation, within the transaction of the caller.</param>
internal sealed record PreparedEntry(
    FieldValues? Before, FieldValues After, Func<CancellationToken, Task<Result<WrittenEntry, Refusal>>> Write);

/// <summary>What an operation says of what it wrote.</summary>
/// <param name="Secret">Of an application that is new.</param>
internal sealed record WrittenEntry(string? Secret, ImmutableArray<string> Warnings)
{
    public static WrittenEntry Plain { get; } = new(null, []);

    /// <summary>By default a record would print the secret.</summary>
    public override string ToString() => "written";
}
