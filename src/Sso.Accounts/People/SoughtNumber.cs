using Sso.Admin;
using Sso.Delivery;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>A phone number by which somebody is looked for, as it was typed.</summary>
public static class SoughtNumber
{
    /// <summary>In E.164, or why it is none that anybody can have proved.</summary>
    public static Result<string, Refusal> Read(PhoneNumbers numbers, string? typed) => numbers.ParseSought(typed) switch
    {
        PhoneNumberOutcome.Valid valid => valid.Number.E164,
        PhoneNumberOutcome.NotMobile => Refused("This is no number of a mobile phone, and only those are kept."),
        PhoneNumberOutcome.CountryNotServed => Refused("This is a number of a country that is never served."),
        _ => Refused("This is no phone number."),
    };

    private static Refusal Refused(string what) => Refusal.Invalid(
        new FieldProblem("phone", what, "Write the whole number with its country code, such as +393331234567."));
}
