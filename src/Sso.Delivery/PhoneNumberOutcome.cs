namespace Sso.Delivery;

/// <summary>The outcome of reading a number that a person typed.</summary>
public abstract record PhoneNumberOutcome
{
    private PhoneNumberOutcome()
    {
    }

    /// <summary>If the number's country is not the selected one, the page switches the selector and says so.</summary>
    public sealed record Valid(PhoneNumber Number) : PhoneNumberOutcome;

    public sealed record Empty : PhoneNumberOutcome;

    public sealed record Invalid : PhoneNumberOutcome;

    /// <summary>A number of that country, but fixed, premium or another kind that cannot receive texts.</summary>
    public sealed record NotMobile : PhoneNumberOutcome;

    public sealed record CountryNotServed : PhoneNumberOutcome;
}
