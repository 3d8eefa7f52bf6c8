namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>
/// A password function of another system with its parameters and salt. Written as <c>name,parameter,…</c>, which <see cref="Read"/> reads
/// back; it never holds the hash of the password.
/// </summary>
internal abstract record ForeignFunction
{
    /// <summary>Too quick by today's measure (OWASP Password Storage sheet): its result is hashed once more before it is stored.</summary>
    public abstract bool IsWeak { get; }

    /// <summary>The digest of a password as it was typed.</summary>
    public abstract byte[] Compute(string password);

    public static ForeignFunction Read(string text)
    {
        var fields = text.Split(',');
        return fields[0] switch
        {
            Argon2idFunction.Name => Argon2idFunction.Read(fields),
            DigestFunction.Name => DigestFunction.Read(fields),
            BcryptFunction.Name => BcryptFunction.Read(fields),
            Pbkdf2Function.Name => Pbkdf2Function.Read(fields),
            PhpassFunction.Name => PhpassFunction.Read(fields),
            ShaCryptFunction.Name => ShaCryptFunction.Read(fields),
            _ => throw new System.Security.Cryptography.CryptographicException("A stored password has an unknown form."),
        };
    }
}
