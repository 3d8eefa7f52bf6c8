using System.Security.Cryptography;

namespace Sso.Delivery.Vonage;

/// <summary>Reads the application's key from the configuration, and says what is wrong with it.</summary>
internal static class VonagePrivateKey
{
    private const int SmallestKey = 2048;

    /// <summary>The key, or the setting to mend and what is wrong with it.</summary>
    public static (RSA? Key, string Setting, string? Flaw) Read(VonageOptions options)
    {
        var setting = options.PrivateKey is not null ? nameof(options.PrivateKey) : nameof(options.PrivateKeyPath);
        if (options.PrivateKey is not null && options.PrivateKeyPath is not null)
        {
            return (null, setting, "and Vonage:PrivateKeyPath are both set. Keep one.");
        }

        if (string.IsNullOrWhiteSpace(options.PrivateKey) && string.IsNullOrWhiteSpace(options.PrivateKeyPath))
        {
            return (
                null, nameof(options.PrivateKeyPath),
                "is missing. Set it to the PEM file of the application's private key (or put the PEM into Vonage:PrivateKey).");
        }

        try
        {
            var pem = options.PrivateKey ?? File.ReadAllText(options.PrivateKeyPath!);
            var (key, flaw) = Parse(pem.Replace("\\n", "\n", StringComparison.Ordinal));
            return (key, setting, flaw);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, setting, $"names a file that cannot be read: {options.PrivateKeyPath} ({exception.Message}).");
        }
    }

    private static (RSA? Key, string? Flaw) Parse(string pem)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            // A public key imports as well; only the private one can sign.
            key.SignData([], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            if (key.KeySize >= SmallestKey)
            {
                return (key, null);
            }

            key.Dispose();
            return (null, $"holds a key of {key.KeySize} bits; Vonage's have {SmallestKey} or more.");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return (null, "holds no RSA private key in PEM (it begins with -----BEGIN PRIVATE KEY-----).");
        }
    }
}
