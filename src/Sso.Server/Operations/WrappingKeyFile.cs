using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sso.Data.Secrets;
using Sso.Settings;

namespace Sso.Server.Operations;

/// <summary>The file of the wrapping key.</summary>
internal static class WrappingKeyFile
{
    /// <summary>
    /// The key of settings that <see cref="SecretsRules"/> have passed. The passphrase beside a SQLite file is made; one that is named is
    /// not, as a new one in the place of one that was lost or misspelt opens nothing.
    /// </summary>
    /// <exception cref="SettingsException">The folder is not ours to write, or the file went away meanwhile.</exception>
    public static WrappingKey Read(SecretsOptions secrets, DatabaseOptions database)
    {
        if (!string.IsNullOrEmpty(secrets.CertificateFile))
        {
            return ReadCertificate(secrets);
        }

        var file = PassphraseFile(secrets, database)!;
        try
        {
            if (string.IsNullOrEmpty(secrets.PassphraseFile) && !File.Exists(file))
            {
                KeyFiles.Create(file, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
            }

            return WrappingKey.FromPassphrase(File.ReadAllText(file).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Secrets:PassphraseFile {SecretsRules.Unreadable(file, exception)}");
        }
    }

    /// <summary>There is something to open a backup with.</summary>
    public static bool IsNamedAndThere(IConfiguration configuration)
    {
        var secrets = configuration.ReadUnchecked<SecretsOptions>(SecretsOptions.Section);
        return File.Exists(secrets.CertificateFile) || File.Exists(secrets.PassphraseFile);
    }

    /// <summary>The one that is named, or the one beside the SQLite file; null if there is neither.</summary>
    public static string? PassphraseFile(SecretsOptions secrets, DatabaseOptions database) =>
        !string.IsNullOrEmpty(secrets.PassphraseFile) ? secrets.PassphraseFile
        : database.SqliteFile is { } file ? file + ".passphrase"
        : null;

    public static WrappingKey ReadCertificate(SecretsOptions secrets) =>
        WrappingKey.FromCertificate(X509CertificateLoader.LoadPkcs12FromFile(secrets.CertificateFile!, secrets.CertificatePassword));
}
