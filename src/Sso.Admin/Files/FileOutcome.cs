using System.Collections.Immutable;
using Sso.Data.Files;

namespace Sso.Admin.Files;

/// <summary>What a file would make of the registrations, or has made of them.</summary>
/// <param name="Applied">True if everything was written; otherwise nothing was.</param>
/// <param name="Changes">What would be, or was, done, in the order in which it is.</param>
/// <param name="Drifts">What was changed by hand since the file was applied, and differs from what it says.</param>
/// <param name="Refused">Registrations that break a rule.</param>
public sealed record FileOutcome(
    bool Applied, ImmutableArray<PlannedChange> Changes, ImmutableArray<FileDrift> Drifts, ImmutableArray<RefusedEntry> Refused)
{
    /// <summary>False if an application of the file would end in nothing.</summary>
    public bool IsPossible(bool overwritesDrift) => Refused.IsEmpty && (overwritesDrift || Drifts.IsEmpty);
}

/// <summary>What is done to a registration.</summary>
public enum PlannedAct
{
    Added = 1,
    Changed = 2,
    Removed = 3,

    /// <summary>The file names it no more, and nobody asked to remove such registrations.</summary>
    Kept = 4,

    /// <summary>It stays as it is, and is managed by this file instead of another from now on.</summary>
    TakenOver = 5,
}

/// <summary>One registration that a file adds, changes or removes.</summary>
public sealed record PlannedChange(AppliedKind Kind, string Id, PlannedAct Act, ImmutableArray<FieldChange> Fields)
{
    /// <summary>False where only the file that manages it would be another, or nothing is done.</summary>
    public bool ChangesRegistration() => Act is PlannedAct.Added or PlannedAct.Changed or PlannedAct.Removed;

    /// <summary>Which applications stop working, and why.</summary>
    public ImmutableArray<string> Breaks { get; init; } = [];

    /// <summary>As the command line says them.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Of an application that was added, once.</summary>
    public string? Secret { get; init; }

    /// <summary>The file that managed it before this one.</summary>
    public string? TakenFrom { get; init; }

    /// <summary>By default a record would print the secret.</summary>
    public override string ToString() => $"{Act} {Id}";
}

/// <summary>A registration that a file manages and somebody changed, or removed, otherwise.</summary>
/// <param name="Fields">From what the file made of it to what it is; none if it was removed.</param>
/// <param name="Author">As the events name the actor of the last change; null if they do not tell.</param>
public sealed record FileDrift(
    AppliedKind Kind, string Id, bool IsRemoved, ImmutableArray<FieldChange> Fields, string? Author, DateTimeOffset? At);

/// <summary>A registration of a file that breaks a rule.</summary>
public sealed record RefusedEntry(AppliedKind Kind, string Id, Refusal Refusal)
{
    internal FileEntry? Entry { get; init; }

    /// <summary>Where it stands in the file; the place of a field if that is written there.</summary>
    public FilePlace? PlaceOf(string key) => Entry?.PlaceOf(key);
}

/// <summary>What to do with what a file says.</summary>
/// <param name="IsPlan">Everything is tried and taken back: nothing is written.</param>
/// <param name="Prunes">What the file managed and names no more is removed.</param>
/// <param name="OverwritesDrift">What was changed by hand becomes what the file says.</param>
public sealed record FileChoices(bool IsPlan, bool Prunes, bool OverwritesDrift);
