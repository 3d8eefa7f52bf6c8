using Sso.Admin.Brands;
using Sso.Delivery;
using Sso.Delivery.Mail;
using Sso.Delivery.Routes;

namespace Sso.Server.Doctor;

/// <summary>The relay for mails and the routes for texts. No text leaves unless the operator says to which number.</summary>
internal sealed class DeliveryExamination(
    RelayCheck relay, MessageRoutes routes, PhoneNumbers numbers, BrandOptions brand, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public async Task<Finding> MailAsync(CancellationToken cancellation)
    {
        if (relay.Relay is not { } name)
        {
            return Finding.Good("mail", "Mails go to /dev/mail: this is Development.");
        }

        return await relay.FindTroubleAsync(cancellation) is { } trouble
            ? Finding.Wrong(
                "mail", $"The relay {name} takes no mail: {trouble.What}.",
                trouble.Remedy ?? "Correct the section Mail of the settings, or the relay.")
            : Finding.Good("mail", $"The relay {name} lets us in.");
    }

    /// <param name="sendTo">A number in E.164, or of Italy; null sends nothing.</param>
    public async Task<IReadOnlyList<Finding>> TextsAsync(string? sendTo, CancellationToken cancellation)
    {
        if (!routes.Any)
        {
            return [Finding.Good("texts", "Texts are off (SignIn:TextMessages).")];
        }

        if (sendTo is null)
        {
            return [Finding.NotExamined("texts", "No text was sent.", "Try each route with your own phone: sso doctor --send-to +39…")];
        }

        return numbers.Parse(null, sendTo) is PhoneNumberOutcome.Valid { Number: var number }
            ? await SendAsync(number, cancellation)
            :
            [
                Finding.Wrong(
                    "texts", $"'{sendTo}' is no mobile number of a country that is served.",
                    "Write it as +39…; see Delivery:AllowedCountries."),
            ];
    }

    private async Task<IReadOnlyList<Finding>> SendAsync(PhoneNumber number, CancellationToken cancellation)
    {
        List<Finding> findings = [];
        foreach (var route in routes.For(number.Country))
        {
            var message = new OutgoingMessage
            {
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
                To = number,
                Text = $"{brand.Name}: prova di invio / test message ({route.Name})",
                Life = Life,
            };
            findings.Add(Judge(route.Name, await route.SendAsync(message, twice: false, cancellation)));
        }

        return findings;
    }

    private static Finding Judge(string route, DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Accepted => Finding.Good("texts", $"{route} took a text. Did it arrive?"),
        DeliveryOutcome.ConfigError { What: var what } => Finding.Wrong(
            "texts", $"{route} refused: {what}.", "Correct the settings of that provider, or the account there."),
        DeliveryOutcome.RouteRefused { Reason: var reason } => Finding.Wrong(
            "texts", $"{route} does not carry it: {reason}.", "Ask the provider; is the sender (Delivery:From) registered?"),
        DeliveryOutcome.InvalidNumber or DeliveryOutcome.NotReachable => Finding.Doubtful(
            "texts", $"{route} says that the number cannot be reached.", "Try another one."),
        _ => Finding.Wrong(
            "texts", $"{route} did not take it: {outcome.Name}.", "Does this machine reach the provider? Look at its status page too."),
    };
}
