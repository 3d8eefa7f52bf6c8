using System.Security.Cryptography;

namespace Sso.Delivery.Vonage;

/// <summary>Reads the application's key from the configuration, and says in words what is wrong with it.</summary>
internal static class VonagePrivateKey
{
    private const int SmallestKey = 2048;

    /// <summary>The key, or the sentence that tells the operator which setting to mend.</summary>
    public static (RSA? Key, string? Error) Read(VonageOptions options)
    {
        var setting = options.PrivateKey is not null ? "Vonage:PrivateKey" : "Vonage:PrivateKeyPath";
        if (options.PrivateKey is not null && options.PrivateKeyPath is not null)
        {
            return (null, "Vonage:PrivateKey and Vonage:PrivateKeyPath are both set. Keep one.");
        }

        if (string.IsNullOrWhiteSpace(options.PrivateKey) && string.IsNullOrWhiteSpace(options.PrivateKeyPath))
        {
            return (
                null,
                "Vonage:PrivateKeyPath is missing. Set it to the PEM file of the application's private key "
                    + "(or put the PEM into Vonage:PrivateKey).");
        }

        try
        {
            var pem = options.PrivateKey ?? File.ReadAllText(options.PrivateKeyPath!);
            return Parse(pem.Replace("\\n", "\n", StringComparison.Ordinal), setting);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (
                null,
                $"Vonage:PrivateKeyPath names a file that cannot be read: {options.PrivateKeyPath} ({exception.GetType().Name}).");
        }
    }

    private static (RSA? Key, string? Error) Parse(string pem, string setting)
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
            return (null, $"{setting} holds a key of {key.KeySize} bits; Vonage's have {SmallestKey} or more.");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return (null, $"{setting} holds no RSA private key in PEM (it begins with -----BEGIN PRIVATE KEY-----).");
        }
    }
}
