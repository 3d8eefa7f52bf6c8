using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Delivery.Twilio;

/// <summary>X-Twilio-Signature: over the address that was called and the form that was sent.</summary>
internal static class TwilioSignature
{
    [SuppressMessage("Security", "CA5350", Justification = "Twilio's own choice.")]
    public static string Of(string address, IReadOnlyDictionary<string, string> parameters, string token)
    {
        var signed = address + string.Concat(
            parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal).Select(each => each.Key + each.Value));
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(signed)));
    }
}
