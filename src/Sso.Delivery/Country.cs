using System.Collections.Frozen;

namespace Sso.Delivery;

/// <summary>
/// What we know about a country's mobile numbers: how long the national number is and how it may begin. Italy has exact rules of its own
/// (<see cref="ItalianNumbers"/>); the others are refused by length and first digits, so that premium and shared-cost numbers stay out.
/// </summary>
public sealed record Country
{
    /// <summary>Area codes within +1 that are billed as international.</summary>
    private static readonly FrozenSet<string> CaribbeanCodes = FrozenSet.ToFrozenSet([
        "242", "246", "264", "268", "284", "345", "441", "473", "649", "658",
        "664", "721", "758", "767", "784", "787", "809", "829", "849", "868", "869",
        "876", "939"]);

    private static readonly FrozenSet<string> NorthAmericanServiceCodes = FrozenSet.ToFrozenSet([
        "500", "521", "522", "523", "524", "525", "526", "527", "528", "529",
        "532", "533", "544", "566", "577", "588", "600", "622", "700", "710", "800",
        "822", "833", "844", "855", "866", "877", "880", "881", "882", "883", "884", "885", "886", "887", "888", "889", "900", "976"]);

    private static readonly Country[] Table =
    [
        new("IT", "39", 9, 10, false, "3"),
        new("SM", "378", 8, 8, false, "61", "66"),
        new("AT", "43", 7, 13, true, "65", "66", "67", "68", "69"),
        new("BE", "32", 9, 9, true, "45", "46", "47", "48", "49"),
        new("BG", "359", 8, 9, true, "87", "88", "89", "98", "99"),
        new("CA", "1", 10, 10, false),
        new("CH", "41", 9, 9, true, "75", "76", "77", "78", "79"),
        new("CY", "357", 8, 8, false, "94", "95", "96", "97", "99"),
        new("CZ", "420", 9, 9, false, "60", "72", "73", "77", "79"),
        new("DE", "49", 10, 11, true, "15", "16", "17"),
        new("DK", "45", 8, 8, false, "2", "3", "4", "5", "6", "71", "81", "91", "92", "93"),
        new("EE", "372", 7, 8, false, "5", "81", "82", "83", "84"),
        new("ES", "34", 9, 9, false, "6", "71", "72", "73", "74"),
        new("FI", "358", 6, 10, true, "4", "50"),
        new("FR", "33", 9, 9, true, "6", "7"),
        new("GB", "44", 10, 10, true, "71", "72", "73", "74", "75", "77", "78", "79"),
        new("GR", "30", 10, 10, false, "69"),
        new("HR", "385", 8, 9, true, "91", "92", "95", "97", "98", "99"),
        new("HU", "36", 9, 9, false, "20", "30", "31", "50", "70"),
        new("IE", "353", 9, 9, true, "83", "85", "86", "87", "89"),
        new("IS", "354", 7, 7, false, "6", "7", "8"),
        new("LI", "423", 7, 9, false, "6", "7"),
        new("LT", "370", 8, 8, false, "6"),
        new("LU", "352", 9, 9, false, "6"),
        new("LV", "371", 8, 8, false, "2"),
        new("MT", "356", 8, 8, false, "77", "79", "98", "99"),
        new("NL", "31", 9, 9, true, "6"),
        new("NO", "47", 8, 8, false, "4", "9"),
        new("PL", "48", 9, 9, false, "45", "5", "60", "66", "69", "72", "73", "78", "79", "88"),
        new("PT", "351", 9, 9, false, "91", "92", "93", "96"),
        new("RO", "40", 9, 9, true, "7"),
        new("SE", "46", 9, 9, true, "70", "72", "73", "76", "79"),
        new("SI", "386", 8, 8, true, "30", "31", "40", "41", "51", "64", "65", "68", "69", "70", "71"),
        // 900 is premium.
        new("SK", "421", 9, 9, true, "901", "902", "903", "904", "905", "906", "907", "908", "909", "91", "94", "95"),
        new("US", "1", 10, 10, false),
    ];

    private static readonly FrozenDictionary<string, Country> ByCode = Table.ToFrozenDictionary(
        country => country.Code, StringComparer.OrdinalIgnoreCase);

    private readonly int _shortest;
    private readonly int _longest;
    private readonly bool _zeroIsDialledAtHome;
    private readonly string[] _mobile;

    private Country(string code, string callingCode, int shortest, int longest, bool zeroIsDialledAtHome, params string[] mobile) =>
        (Code, CallingCode, _shortest, _longest, _zeroIsDialledAtHome, _mobile) =
            (code, callingCode, shortest, longest, zeroIsDialledAtHome, mobile);

    public static Country Italy { get; } = ByCode["IT"];

    /// <summary>The codes that <c>Delivery:AllowedCountries</c> may hold.</summary>
    public static IEnumerable<string> KnownCodes => Table.Select(country => country.Code).Order(StringComparer.Ordinal);

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string Code { get; }

    /// <summary>Without the plus.</summary>
    public string CallingCode { get; }

    public static Country? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);

    /// <summary>The countries to which international digits (no plus) may belong: two share +1.</summary>
    public static IEnumerable<Country> OfDigits(string digits) =>
        Table.Where(country => digits.StartsWith(country.CallingCode, StringComparison.Ordinal));

    internal NumberKind KindOf(string national) => this switch
    {
        { Code: "IT" } => ItalianNumbers.KindOf(national),
        { CallingCode: "1" } => KindOfNorthAmerican(national),
        _ when national.Length < _shortest || national.Length > _longest => NumberKind.Impossible,
        _ => _mobile.Any(start => national.StartsWith(start, StringComparison.Ordinal)) ? NumberKind.Mobile : NumberKind.Other,
    };

    /// <summary>Except in Italy, the 0 that is dialled at home is not part of the number.</summary>
    internal string WithoutTrunkZero(string national) =>
        _zeroIsDialledAtHome && national.StartsWith('0') ? national[1..] : national;

    private static NumberKind KindOfNorthAmerican(string national) => national switch
    {
        { Length: not 10 } => NumberKind.Impossible,
        [<= '1', ..] or [_, _, _, <= '1', ..] => NumberKind.Impossible,
        _ when CaribbeanCodes.Contains(national[..3]) => NumberKind.Abroad,
        _ when NorthAmericanServiceCodes.Contains(national[..3]) || national[3..6] == "976" => NumberKind.Other,
        _ => NumberKind.Mobile,
    };
}
