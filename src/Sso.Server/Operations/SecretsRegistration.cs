using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Data.Sqlite;
using Sso.Admin.Clients;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Data.Secrets;

namespace Sso.Server.Operations;

/// <summary>
/// The wrapping key: <c>Secrets:CertificateFile</c> (PKCS#12, with <c>Secrets:CertificatePassword</c>) or <c>Secrets:PassphraseFile</c>.
/// Outside Production a missing passphrase file is made beside the SQLite file.
/// </summary>
public static class SecretsRegistration
{
    private const int ShortestPassphrase = 20;

    /// <exception cref="SettingsException">No usable key is configured.</exception>
    public static IServiceCollection AddSsoSecrets(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment) => services
        .AddSingleton(ReadKey(configuration, environment))
        .AddSingleton<DataKeyRing>()
        .AddSingleton<Sealer>()
        .AddSingleton<SealedSecrets>()
        .AddSingleton<SigningKeyFactory>()
        .AddSingleton<AuditChain>().AddSingleton<AuditVerification>().AddSingleton<AuditRetention>();

    private static WrappingKey ReadKey(IConfiguration configuration, IHostEnvironment environment)
    {
        if (configuration["Secrets:CertificateFile"] is { Length: > 0 } certificateFile)
        {
            KeyFiles.RefuseReadableByOthers("Secrets:CertificateFile", certificateFile, environment);
            return ReadCertificate(certificateFile, configuration["Secrets:CertificatePassword"]);
        }

        if (configuration["Secrets:PassphraseFile"] is { Length: > 0 } passphraseFile)
        {
            return ReadPassphrase(passphraseFile, environment);
        }

        if (environment.IsProduction())
        {
            throw new SettingsException(
                "Secrets:PassphraseFile or Secrets:CertificateFile is not set. Production needs the key that protects seeds, "
                    + "numbers and signing keys at rest.");
        }

        return ReadPassphrase(DevelopmentFile(configuration), environment);
    }

    private static WrappingKey ReadCertificate(string file, string? password)
    {
        try
        {
            return WrappingKey.FromCertificate(X509CertificateLoader.LoadPkcs12FromFile(file, password));
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Secrets:CertificateFile is \"{file}\", which cannot be used: {exception.Message}");
        }
    }

    private static WrappingKey ReadPassphrase(string file, IHostEnvironment environment)
    {
        if (!File.Exists(file))
        {
            if (environment.IsProduction())
            {
                throw new SettingsException($"Secrets:PassphraseFile is \"{file}\", which does not exist.");
            }

            InWords(file, () => KeyFiles.Create(file, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))));
        }

        KeyFiles.RefuseReadableByOthers("Secrets:PassphraseFile", file, environment);
        var passphrase = "";
        InWords(file, () => passphrase = File.ReadAllText(file).Trim());
        return passphrase.Length >= ShortestPassphrase
            ? WrappingKey.FromPassphrase(passphrase)
            : throw new SettingsException($"Secrets:PassphraseFile is \"{file}\", which holds fewer than {ShortestPassphrase} characters.");
    }

    /// <exception cref="SettingsException">Its folder is missing, or the file is not ours to write or read.</exception>
    private static void InWords(string file, Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Secrets:PassphraseFile is \"{file}\", which cannot be made or read: {exception.Message}");
        }
    }

    private static string DevelopmentFile(IConfiguration configuration)
    {
        var connectionString = configuration["Database:ConnectionString"] ?? "Data Source=sso.db";
        var isSqlite = (configuration["Database:Provider"] ?? "Sqlite") == "Sqlite";
        return isSqlite
            ? new SqliteConnectionStringBuilder(connectionString).DataSource + ".passphrase"
            : throw new SettingsException("Secrets:PassphraseFile is not set. Only SQLite in Development makes its own.");
    }
}
