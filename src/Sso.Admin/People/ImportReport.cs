using System.Collections.Immutable;

namespace Sso.Admin.People;

/// <summary>What came of an import.</summary>
/// <param name="Written">
/// False for a dry run, and when a line was refused and the operator did not say to leave such lines out: then nothing was changed.
/// </param>
/// <param name="Imported">Who was taken over, or could be.</param>
/// <param name="AlreadyHere">Who has the same user name and address here; they stay as they are.</param>
/// <param name="Wrapped">Whose password was stored by a weak function: it is kept under our own hash until they sign in.</param>
/// <param name="PhonesLeftOut">Numbers that nobody vouched for.</param>
public sealed record ImportReport(
    bool Written, int Lines, int Imported, int AlreadyHere, int Wrapped,
    int WithSecondFactor, int PhonesLeftOut, ImmutableArray<ImportProblem> Problems);

/// <param name="DryRun">Everything is checked, nothing is written.</param>
/// <param name="EmailsAreVerified">
/// The operator vouches for what the file says; without it every address is imported as not confirmed.
/// </param>
/// <param name="PhonesAreVerified">The same for numbers; without it none becomes a second factor.</param>
/// <param name="SkipRefused">Lines that are refused are left out; without it one such line stops the whole file.</param>
public sealed record ImportChoices(
    bool DryRun = false, bool EmailsAreVerified = false, bool PhonesAreVerified = false, bool SkipRefused = false);

/// <summary>Why a line was not imported. The line itself is never repeated: it holds secrets.</summary>
public sealed record ImportProblem(int Line, string Field, string What, string Remedy);
