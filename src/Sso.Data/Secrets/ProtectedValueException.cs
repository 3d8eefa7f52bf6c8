using System.Security.Cryptography;

namespace Sso.Data.Secrets;

/// <summary>
/// A protected value does not open where it stands: it was copied from another row, changed, or restored without its keys.
/// </summary>
/// <param name="context">Table, column and row.</param>
public sealed class ProtectedValueException(string context) : CryptographicException($"A protected value does not open for {context}.")
{
    public string Context => context;
}
