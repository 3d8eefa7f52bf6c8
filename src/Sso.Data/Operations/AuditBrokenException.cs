namespace Sso.Data.Operations;

/// <summary>The chain is not as the server wrote it: continuing it, or deleting from it, would make a forged record look true.</summary>
public sealed class AuditBrokenException() : Exception(
    "The record of security events is not as the server wrote it; run: sso audit verify");
