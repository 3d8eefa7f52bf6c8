using System.Collections.Immutable;

namespace Sso.Accounts.People;

/// <summary>The outcome of an import.</summary>
/// <param name="Written">
/// False for a dry run, and if a line was refused and the operator did not say to skip such lines: then nothing was changed.
/// </param>
/// <param name="Imported">People who were imported, or could be.</param>
/// <param name="AlreadyHere">People who have the same user name and address here; they stay as they are.</param>
/// <param name="Wrapped">People whose password was stored with a weak function: it is kept under our own hash until they sign in.</param>
/// <param name="PhonesLeftOut">Numbers that nobody vouched for.</param>
public sealed record ImportReport(
    bool Written, int Lines, int Imported, int AlreadyHere, int Wrapped,
    int WithSecondFactor, int PhonesLeftOut, ImmutableArray<ImportProblem> Problems);

/// <param name="DryRun">Everything is checked, nothing is written.</param>
/// <param name="EmailsAreVerified">
/// The operator vouches for what the file says; otherwise every address is imported as not confirmed.
/// </param>
/// <param name="PhonesAreVerified">The same for numbers; otherwise none becomes a second factor.</param>
/// <param name="SkipRefused">Refused lines are skipped; otherwise one such line stops the whole file.</param>
public sealed record ImportChoices(
    bool DryRun = false, bool EmailsAreVerified = false, bool PhonesAreVerified = false, bool SkipRefused = false);

/// <summary>Why a line was not imported. The line itself is never repeated: it holds secrets.</summary>
public sealed record ImportProblem(int Line, string Field, string What, string Remedy);
