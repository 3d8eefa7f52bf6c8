using System.Buffers;

namespace Sso.Delivery;

/// <summary>
/// What a text costs on the wire (3GPP TS 23.038 §6.2.1): one character outside GSM-7 turns the whole message into 16-bit units.
/// </summary>
public static class Gsm7
{
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    /// <summary>Each of these takes two septets: an escape and itself.</summary>
    private const string Extension = "\f^{}\\[~]|€";

    private static readonly SearchValues<char> All = SearchValues.Create(Basic + Extension);
    private static readonly SearchValues<char> Escaped = SearchValues.Create(Extension);

    public static bool Fits(string text) => !text.AsSpan().ContainsAnyExcept(All);

    /// <summary>Septets if the text fits GSM-7, otherwise 16-bit units.</summary>
    public static int Units(string text) => Fits(text) ? text.Length + text.Count(Escaped.Contains) : text.Length;

    /// <summary>The number of messages that are billed. A pair, escaped or surrogate, is never split across two.</summary>
    public static int Parts(string text)
    {
        var septets = Fits(text);
        if (Units(text) <= (septets ? 160 : 70))
        {
            return 1;
        }

        var (size, parts, used) = (septets ? 153 : 67, 1, 0);
        for (var index = 0; index < text.Length; index++)
        {
            var pair = !septets && char.IsHighSurrogate(text[index]) && index + 1 < text.Length;
            var width = pair || (septets && Escaped.Contains(text[index])) ? 2 : 1;
            (parts, used) = used + width > size ? (parts + 1, width) : (parts, used + width);
            index += pair ? 1 : 0;
        }

        return parts;
    }
}
