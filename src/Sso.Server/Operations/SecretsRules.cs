using System.Security.Cryptography;
using FluentValidation;

namespace Sso.Server.Operations;

/// <summary>
/// Whether there is a key, and whether its file can be read; one that is still to be made is made when all settings are sound.
/// </summary>
internal sealed class SecretsRules : AbstractValidator<SecretsOptions>
{
    private const int ShortestPassphrase = 20;

    public SecretsRules(DatabaseOptions database, IHostEnvironment environment)
    {
        When(secrets => !string.IsNullOrEmpty(secrets.CertificateFile), () => RuleFor(secrets => secrets.CertificateFile)
            .Cascade(CascadeMode.Stop)
            .Must(file => !environment.IsProduction() || !KeyFiles.IsReadableByOthers(file!))
            .WithMessage("is \"{PropertyValue}\", which others can read. Set its mode to 0600.")
            .Custom((_, context) => CertificateIsUsable(context))).Otherwise(() => RuleFor(secrets => secrets.PassphraseFile)
            .Cascade(CascadeMode.Stop)
            .Must(file => !environment.IsProduction() || !string.IsNullOrEmpty(file))
            .WithMessage("or Secrets:CertificateFile is not set. Production needs the key that protects seeds, numbers and signing keys at "
                + "rest.")
            .Must(file => database.IsSqlite || !string.IsNullOrEmpty(file))
            .WithMessage("is not set. Only SQLite in Development makes its own.")
            .Must(file => string.IsNullOrEmpty(file) || !IsMissing(file))
            .WithMessage("is \"{PropertyValue}\", which does not exist. Bring back the passphrase of this database; for a new database, "
                + "write a new one: openssl rand -base64 32")
            .Must(file => !environment.IsProduction() || !KeyFiles.IsReadableByOthers(file!))
            .WithMessage("is \"{PropertyValue}\", which others can read. Set its mode to 0600.")
            .Custom((_, context) => PassphraseIsUsable(WrappingKeyFile.PassphraseFile(context.InstanceToValidate, database), context)));
    }

    /// <summary>Also for the name of the setting to begin with.</summary>
    public static string Unreadable(string file, Exception exception) =>
        $"is \"{file}\", which cannot be made or read: {exception.Message} {FileRights.Remedy(exception)}".TrimEnd();

    /// <summary>In a folder that this account may not enter it may well be there: reading it tells.</summary>
    private static bool IsMissing(string file)
    {
        try
        {
            return File.GetAttributes(file).HasFlag(FileAttributes.Directory);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void CertificateIsUsable(ValidationContext<SecretsOptions> context)
    {
        try
        {
            WrappingKeyFile.ReadCertificate(context.InstanceToValidate);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            var why = $"{exception.Message} {FileRights.Remedy(exception)}".TrimEnd();
            context.AddFailure($"is \"{context.InstanceToValidate.CertificateFile}\", which cannot be used: {why}");
        }
    }

    private static void PassphraseIsUsable(string? file, ValidationContext<SecretsOptions> context)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            if (!IsMissing(file))
            {
                if (File.ReadAllText(file).Trim().Length < ShortestPassphrase)
                {
                    context.AddFailure($"is \"{file}\", which holds fewer than {ShortestPassphrase} characters.");
                }
            }
            else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            {
                context.AddFailure($"is \"{file}\", which cannot be made or read: there is no such folder.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.AddFailure(Unreadable(file, exception));
        }
    }
}
