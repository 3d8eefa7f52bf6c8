using System.ComponentModel;

namespace Sso.Server.Operations;

/// <summary>
/// The wrapping key, from one of two files. Section <c>Secrets</c> of the configuration. Outside Production a passphrase is made beside the
/// SQLite file where no file is named.
/// </summary>
internal sealed record SecretsOptions
{
    public const string Section = "Secrets";

    /// <summary>PKCS#12. It comes first where both are set.</summary>
    public string? CertificateFile { get; init; }

    [PasswordPropertyText(true)]
    public string? CertificatePassword { get; init; }

    public string? PassphraseFile { get; init; }

    /// <summary>Without the password: records print all they hold.</summary>
    public override string ToString() => $"secrets under {CertificateFile ?? PassphraseFile}";
}
