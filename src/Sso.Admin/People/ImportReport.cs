using System.Collections.Immutable;

namespace Sso.Admin.People;

/// <summary>What came of an import.</summary>
/// <param name="Wrapped">Whose password was stored by a weak function: it is kept under our own hash until they sign in.</param>
public sealed record ImportReport(int Lines, int Imported, int Wrapped, int WithSecondFactor, ImmutableArray<ImportProblem> Problems);

/// <param name="DryRun">Everything is checked, nothing is written.</param>
/// <param name="EmailsAreVerified">The operator vouches for what the file says; without it every address is imported as not confirmed (S150).</param>
public sealed record ImportChoices(bool DryRun = false, bool EmailsAreVerified = false);

/// <summary>Why a line was not imported. The line itself is never repeated: it holds secrets.</summary>
public sealed record ImportProblem(int Line, string Field, string What, string Remedy);
