namespace Sso.Delivery;

internal enum NumberKind
{
    Impossible,
    Mobile,

    /// <summary>A number that exists in the plan but takes no code: fixed, premium, machine, mailbox.</summary>
    Other,

    /// <summary>Billed as another country although it shares the calling code.</summary>
    Abroad,
}
