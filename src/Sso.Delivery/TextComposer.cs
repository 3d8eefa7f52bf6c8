using System.Text;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;

namespace Sso.Delivery;

/// <summary>The words of a text, from what is stored: a challenge or a notice, and a sealed number.</summary>
public sealed class TextComposer(Sealer sealer, TextTemplates templates)
{
    /// <summary>Null when the data key of the code or of the number is not known here.</summary>
    public ComposedText? Compose(OutgoingText text, MessageChallenge challenge, SecondFactor factor) =>
        MessageCode.Derive(sealer, challenge) is { } code && NumberIn(factor.Context, factor.Protected) is { } number
            ? new ComposedText(number, templates.Write(text.Purpose, text.Language, code))
            : null;

    /// <summary>Null when the data key of the number is not known here.</summary>
    public ComposedText? Compose(OutgoingText text, TextNotice notice) =>
        NumberIn(OutgoingText.ContextOf(text.Id), text.Protected ?? []) is { } number
            ? new ComposedText(number, templates.Write(notice, text.Language))
            : null;

    private PhoneNumber? NumberIn(string context, byte[] envelope) => sealer.Unprotect(context, envelope) is { } number
        ? PhoneNumber.FromStored(Encoding.UTF8.GetString(number))
        : null;
}

/// <summary>A text that may hold a living code. It prints neither.</summary>
public sealed record ComposedText(PhoneNumber To, string Text)
{
    public override string ToString() => $"text to {To.Masked}";
}
