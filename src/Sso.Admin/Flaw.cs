namespace Sso.Admin;

/// <summary>What is wrong with one value and how to correct it, in words for the operator.</summary>
public sealed record Flaw(string What, string Remedy);
