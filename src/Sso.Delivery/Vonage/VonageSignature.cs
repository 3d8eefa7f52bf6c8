using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Delivery.Vonage;

/// <summary>The signature over the parameters of the SMS API, in requests and in receipts.</summary>
internal static class VonageSignature
{
    public const string Parameter = "sig";

    public static string Sign(IReadOnlyDictionary<string, string> parameters, string secret, VonageSignatureMethod method)
    {
        var mac = Compute(parameters, secret, method);
        return method == VonageSignatureMethod.Md5Hash ? Convert.ToHexStringLower(mac) : Convert.ToHexString(mac);
    }

    public static bool IsBySomeOf(
        IEnumerable<string> secrets, IReadOnlyDictionary<string, string> parameters, string signature, VonageSignatureMethod method)
    {
        var given = new byte[signature.Length / 2];
        return Convert.FromHexString(signature, given, out _, out _) == OperationStatus.Done
            && secrets.Any(secret => CryptographicOperations.FixedTimeEquals(given, Compute(parameters, secret, method)));
    }

    [SuppressMessage("Security", "CA5351", Justification = "Vonage's own choice for accounts that made none.")]
    private static byte[] Compute(IReadOnlyDictionary<string, string> parameters, string secret, VonageSignatureMethod method)
    {
        var (text, key) = (Encoding.UTF8.GetBytes(BaseString(parameters)), Encoding.UTF8.GetBytes(secret));
        return method switch
        {
            VonageSignatureMethod.Sha256 => HMACSHA256.HashData(key, text),
            VonageSignatureMethod.Sha512 => HMACSHA512.HashData(key, text),
            VonageSignatureMethod.Md5Hash => MD5.HashData([.. text, .. key]),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Raw values, not percent-encoded ones, whatever one of the vendor's packages does.</summary>
    private static string BaseString(IReadOnlyDictionary<string, string> parameters) => string.Concat(parameters
        .Where(parameter => parameter.Key != Parameter)
        .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
        .Select(parameter => $"&{Clean(parameter.Key)}={Clean(parameter.Value)}"));

    private static string Clean(string value) => value.Replace('&', '_').Replace('=', '_');
}
