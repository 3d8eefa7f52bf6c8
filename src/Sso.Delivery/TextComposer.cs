using System.Text;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;

namespace Sso.Delivery;

/// <summary>Writes a text from what is stored: a challenge or a notice, and a sealed number.</summary>
public sealed class TextComposer(Sealer sealer, TextTemplates templates)
{
    /// <summary>Null if the data key of the code or of the number is not known here.</summary>
    public ComposedText? Compose(OutgoingText text, MessageChallenge challenge, SecondFactor factor) =>
        MessageCode.Derive(sealer, challenge) is { } code && NumberIn(factor.Context, factor.Protected) is { } number
            ? new ComposedText(number, templates.Write(text.Purpose, text.Language, code))
            : null;

    /// <summary>Null if the data key of the number is not known here.</summary>
    public ComposedText? Compose(OutgoingText text, TextNotice notice) =>
        NumberIn(OutgoingText.ContextOf(text.Id), text.Protected ?? []) is { } number
            ? new ComposedText(number, templates.Write(notice, text.Language))
            : null;

    private PhoneNumber? NumberIn(string context, byte[] envelope) => sealer.Unprotect(context, envelope) is { } number
        ? PhoneNumber.FromStored(Encoding.UTF8.GetString(number))
        : null;
}

/// <summary>A text that may hold a valid code. Neither the code nor the number is printed.</summary>
public sealed record ComposedText(PhoneNumber To, string Text)
{
    public override string ToString() => $"text to {To.Masked}";
}
