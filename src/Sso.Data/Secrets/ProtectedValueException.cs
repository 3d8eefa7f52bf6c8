using System.Security.Cryptography;

namespace Sso.Data.Secrets;

/// <summary>A protected value does not open in its place: it was copied from another row, changed, or restored without its keys.</summary>
/// <param name="context">Table, column and row.</param>
public sealed class ProtectedValueException(string context) : CryptographicException($"A protected value does not open for {context}.")
{
    public string Context => context;
}
