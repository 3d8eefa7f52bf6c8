using System.Security.Cryptography;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;

namespace Sso.Delivery;

/// <summary>The words of a text, from what is stored: a challenge and a sealed number.</summary>
public sealed class TextComposer(Sealer sealer, TextTemplates templates)
{
    /// <summary>Null when the data key of the code or of the number is not known here.</summary>
    public ComposedText? Compose(OutgoingText text, TextChallenge challenge, SecondFactor factor) =>
        TextCode.Derive(sealer, challenge) is { } code && NumberOf(factor) is { } number
            ? new ComposedText(number, templates.Write(text.Purpose, text.Language, code))
            : null;

    private PhoneNumber? NumberOf(SecondFactor factor)
    {
        try
        {
            return PhoneNumber.FromStored(sealer.UnprotectText(factor.Context, factor.Protected));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>A text that holds a living code. It prints neither.</summary>
public sealed record ComposedText(PhoneNumber To, string Text)
{
    public override string ToString() => $"text to {To.Masked}";
}
