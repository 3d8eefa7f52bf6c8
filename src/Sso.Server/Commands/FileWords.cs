using System.Collections.Immutable;
using System.Globalization;
using Sso.Admin.Files;
using Sso.Data.Files;

namespace Sso.Server.Commands;

/// <summary>A plan, and what became of it, as people read it.</summary>
internal static class FileWords
{
    private const int LongestValue = 160;

    public static int Refuse(CommandOutput output, string file, ImmutableArray<FileFlaw> flaws)
    {
        foreach (var flaw in flaws)
        {
            output.Fail(
                ExitCode.Usage,
                string.Create(CultureInfo.InvariantCulture, $"{file}:{flaw.Place.Line}:{flaw.Place.Column} {flaw.Key}: {flaw.What}"),
                flaw.Remedy.Length == 0 ? null : flaw.Remedy);
        }

        return ExitCode.Usage;
    }

    public static void Describe(CommandOutput people, CommandHost host, string file, FileOutcome outcome, FileChoices choices)
    {
        foreach (var refused in outcome.Refused)
        {
            Refuse(people, host, file, refused);
        }

        foreach (var drift in outcome.Drifts)
        {
            Describe(people, drift);
        }

        foreach (var change in outcome.Changes)
        {
            Describe(people, change, outcome.Applied);
        }

        Conclude(people, outcome, choices);
    }

    private static void Conclude(CommandOutput people, FileOutcome outcome, FileChoices choices)
    {
        var count = outcome.Changes.Count(change => change.ChangesRegistration());
        var changes = string.Create(CultureInfo.InvariantCulture, $"{count} change{(count == 1 ? "" : "s")}");
        if (!outcome.Refused.IsEmpty)
        {
            people.Fail(ExitCode.Refused, "Nothing was changed.");
        }
        else if (!choices.OverwritesDrift && !outcome.Drifts.IsEmpty)
        {
            people.Fail(
                ExitCode.Refused,
                choices.IsPlan ? "Applied, the file would be refused, because of what was changed by hand." : "Nothing was changed.",
                "Write into the file what is to stay, or apply it with --overwrite-drift.");
        }
        else if (count == 0)
        {
            people.Say("All is as the file says.");
        }
        else
        {
            people.Say(choices.IsPlan ? $"{changes}, if the file is applied." : $"{changes} made. Running servers follow within a second.");
        }
    }

    private static void Refuse(CommandOutput people, CommandHost host, string file, RefusedEntry refused)
    {
        // The options of this command are the keys of the file.
        var options = refused.Kind switch
        {
            AppliedKind.Brand => BrandCommands.Build(host),
            AppliedKind.Resource => ResourceCommands.Build(host),
            _ => ClientCommands.Build(host),
        };
        var add = options.Subcommands.Single(command => command.Name == "add");
        foreach (var problem in refused.Refusal.Problems)
        {
            var key = TypedNames.Of(add, problem.Field).TrimStart('-');
            var place = refused.PlaceOf(key) is { } known
                ? string.Create(CultureInfo.InvariantCulture, $"{file}:{known.Line}:{known.Column} ")
                : "";
            people.Fail(ExitCode.Refused, $"{place}{Called(refused.Kind, refused.Id)}, {key}: {problem.What}", problem.Remedy);
        }
    }

    private static void Describe(CommandOutput people, FileDrift drift)
    {
        var author = drift.Author ?? "somebody";
        var at = drift.At is { } known ? $" on {CommandOutput.Time(known)}" : "";
        people.Warn([$"{Called(drift.Kind, drift.Id)} was {(drift.IsRemoved ? "removed" : "changed")} by {author}{at}, not by a file."]);
        Describe(people, drift.Fields);
    }

    private static void Describe(CommandOutput people, PlannedChange change, bool isDone)
    {
        var mark = change.Act switch
        {
            PlannedAct.Added => "+",
            PlannedAct.Removed => "-",
            PlannedAct.Changed => "~",
            _ => "=",
        };
        var what = change.Act switch
        {
            PlannedAct.Added => isDone ? "added" : "would be added",
            PlannedAct.Removed => isDone ? "removed" : "would be removed",
            PlannedAct.Changed => isDone ? "changed" : "would be changed",
            PlannedAct.TakenOver => "stays as it is",
            _ => "is in the file no more, and stays (--prune removes it)",
        };
        var former = change.TakenFrom is null ? "" : $"; until now the file '{change.TakenFrom}' managed it";
        people.Note($"{mark} {Called(change.Kind, change.Id)}: {what}{former}");
        if (change.Act != PlannedAct.Removed)
        {
            Describe(people, change.Fields);
        }

        if (change.Secret is not null)
        {
            people.Note($"    secret: {change.Secret}");
            people.Note("    Copy it now: it is stored as a hash and is never shown again.");
        }

        people.Warn(change.Breaks.Select(sentence => $"  breaks {sentence}"));
        people.Warn(change.Warnings.Select(sentence => $"  {sentence}"));
    }

    private static void Describe(CommandOutput people, ImmutableArray<FieldChange> fields)
    {
        foreach (var field in fields)
        {
            people.Note($"    {field.Key}: {(field.Before.Length > 1 || field.After.Length > 1 ? InList(field) : InPlace(field))}");
        }
    }

    private static string InPlace(FieldChange field) => $"{OneOf(field.Before)} -> {OneOf(field.After)}";

    private static string OneOf(ImmutableArray<string> values) => values is [var value] ? Shown(value) : "as usual";

    private static string InList(FieldChange field)
    {
        string[] changes =
        [
            .. field.Before.Except(field.After).Select(value => $"takes away {Shown(value)}"),
            .. field.After.Except(field.Before).Select(value => $"adds {Shown(value)}"),
        ];
        return changes.Length == 0 ? "in another order" : string.Join("; ", changes);
    }

    private static string Shown(string value) =>
        value.Length <= LongestValue
            ? value
            : string.Create(CultureInfo.InvariantCulture, $"{value[..40]}… ({value.Length} characters)");

    private static string Called(AppliedKind kind, string id) => $"{CommandWords.Of(kind)} {id}";
}
