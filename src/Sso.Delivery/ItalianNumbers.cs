namespace Sso.Delivery;

/// <summary>
/// The Italian numbering plan. A nine-digit mobile number is old but still in use; a fixed number keeps its 0 even from abroad.
/// </summary>
internal static class ItalianNumbers
{
    private static readonly string[] Services = ["800", "803", "840", "841", "847", "848", "89", "144", "163", "164", "166", "178", "199"];

    public static NumberKind KindOf(string national) => national switch
    {
        ['3', '1', ..] => national.Length == 10 ? NumberKind.Mobile : NumberKind.Impossible,
        ['3', >= '2' and <= '9', ..] when national.Length is 9 or 10 => NumberKind.Mobile,
        // The mailbox of a mobile: its number with one or two extra digits.
        ['3', >= '2' and <= '8', ..] when national.Length is 11 or 12 => NumberKind.Other,
        ['0', ..] when national.Length is >= 6 and <= 12 => NumberKind.Other,
        ['4', '3', ..] or ['5', '5', ..] when national.Length == 10 => NumberKind.Other,
        _ when national.Length is >= 6 and <= 10 && Services.Any(start => national.StartsWith(start, StringComparison.Ordinal)) =>
            NumberKind.Other,
        _ => NumberKind.Impossible,
    };

    /// <summary>
    /// Digits typed without a plus. Those that begin with 39 are ambiguous, because 39x is a mobile range as well as the calling code: nine
    /// or ten digits are national, eleven or twelve with a 3 in third place are international.
    /// </summary>
    public static string National(string digits) => digits is ['3', '9', '3', ..] and { Length: 11 or 12 } ? digits[2..] : digits;
}
