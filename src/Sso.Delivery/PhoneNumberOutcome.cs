namespace Sso.Delivery;

/// <summary>What became of a number that a person typed.</summary>
public abstract record PhoneNumberOutcome
{
    private PhoneNumberOutcome()
    {
    }

    /// <summary>When the number's country is not the selected one, the page switches the selector and says so.</summary>
    public sealed record Valid(PhoneNumber Number) : PhoneNumberOutcome;

    public sealed record Empty : PhoneNumberOutcome;

    public sealed record Invalid : PhoneNumberOutcome;

    /// <summary>A number of that country, but fixed, premium or another kind that takes no text.</summary>
    public sealed record NotMobile : PhoneNumberOutcome;

    public sealed record CountryNotServed : PhoneNumberOutcome;
}
