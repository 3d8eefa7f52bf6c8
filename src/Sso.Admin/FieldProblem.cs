namespace Sso.Admin;

/// <summary>A refused field of an operation: its name, what is wrong and how to correct it.</summary>
public sealed record FieldProblem(string Field, string What, string Remedy);
