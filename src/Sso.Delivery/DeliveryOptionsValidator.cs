using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sso.Delivery.Outbox;
using Sso.Delivery.Twilio;
using Sso.Delivery.Vonage;

namespace Sso.Delivery;

/// <summary>Each sentence names the setting and says what to do.</summary>
internal sealed class DeliveryOptionsValidator(
    IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<DeliveryOptions>
{
    private static readonly string[] Providers = [VonageMessages.RouteName, VonageSms.RouteName, TwilioMessages.RouteName];

    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        string[] errors = [.. Routes(options), .. Countries(options), .. Senders(options), .. Texts(options), .. Spending(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> Routes(DeliveryOptions options)
    {
        if (DeliveryRegistration.RoutesOf(options.Routes, environment).Count == 0 && AreTextsWanted)
        {
            yield return $"Delivery:Routes is empty. Set it to the routes by which codes reach phones, for example "
                + $"[\"{VonageMessages.RouteName}\"]. Without text messages: SignIn:TextMessages=false.";
        }

        foreach (var error in Order("Delivery:Routes", DeliveryRegistration.RoutesOf(options.Routes, environment)))
        {
            yield return error;
        }

        foreach (var (country, routes) in options.RoutesByCountry)
        {
            if (Country.Find(country) is null)
            {
                yield return $"Delivery:RoutesByCountry:{country} is for no country we know. Use a code of Delivery:AllowedCountries.";
            }

            foreach (var error in Order($"Delivery:RoutesByCountry:{country}", routes))
            {
                yield return error;
            }
        }
    }

    private IEnumerable<string> Order(string setting, IReadOnlyList<string> routes)
    {
        if (routes.Contains(DevelopmentOutbox.RouteName) && !environment.IsDevelopment())
        {
            yield return $"{setting} names \"{DevelopmentOutbox.RouteName}\", which writes codes into readable files "
                + "and exists in the Development "
                + $"environment only. Set it to [\"{VonageMessages.RouteName}\"].";
        }

        foreach (var unknown in routes.Except([DevelopmentOutbox.RouteName, .. Providers]))
        {
            yield return $"{setting} names \"{unknown}\", which is no route. Known: {string.Join(", ", Providers)}, and in Development "
                + $"{DevelopmentOutbox.RouteName}.";
        }

        if (routes.Distinct().Count() != routes.Count)
        {
            yield return $"{setting} names a route twice.";
        }
    }

    private static IEnumerable<string> Countries(DeliveryOptions options) => options.Served
        .Where(code => Country.Find(code) is null)
        .Select(code => $"Delivery:AllowedCountries names \"{code}\". Known: {string.Join(' ', Country.KnownCodes)}.");

    private IEnumerable<string> Senders(DeliveryOptions options)
    {
        foreach (var (country, sender) in options.From)
        {
            if (!country.Equals("default", StringComparison.OrdinalIgnoreCase) && Country.Find(country) is null)
            {
                yield return $"Delivery:From:{country} is for no country we know. Use a code of Delivery:AllowedCountries, or default.";
            }

            if (!IsSender(sender))
            {
                yield return $"Delivery:From:{country} must be at most 15 digits without a plus, or at most 11 letters and "
                    + "digits that begin with a letter.";
            }
        }

        if (IsPaid(options) && options.Sender("default") is null)
        {
            foreach (var code in options.Served.Where(code => options.Sender(code) is null))
            {
                yield return $"Delivery:From:{code} is missing (or set Delivery:From:default): the sender that the phone shows.";
            }
        }
    }

    private IEnumerable<string> Spending(DeliveryOptions options)
    {
        foreach (var error in options.Limits.Errors().Concat(options.Budget.Errors()).Concat(options.Conversion.Errors()))
        {
            yield return error;
        }

        if (options.ReceiptWait < TimeSpan.FromSeconds(5) || options.ReceiptWait > TimeSpan.FromMinutes(4))
        {
            yield return "Delivery:ReceiptWait must lie between 00:00:05 and 00:04:00: a code lives five minutes.";
        }

        foreach (var (country, _) in options.Prices.Where(entry => entry.Value is <= 0 or > 10))
        {
            yield return $"Delivery:Prices:{country} must be more than 0 and at most 10 euro for one text.";
        }

        foreach (var code in IsPaid(options) ? options.Served.Where(code => options.PriceIn(code) is null) : [])
        {
            yield return $"Delivery:Prices:{code} is missing: the euro that one text costs there by the dearest route, "
                + "so that the budget can be kept.";
        }
    }

    private IEnumerable<string> Texts(DeliveryOptions options)
    {
        if (!Uri.TryCreate(configuration[DeliveryRegistration.Issuer], UriKind.Absolute, out var issuer))
        {
            yield return $"{DeliveryRegistration.Issuer} is missing or no absolute address; the last line of each text names its host.";
            yield break;
        }

        if (DeliveryRegistration.AllRoutes(options, environment).Count == 0)
        {
            yield break;
        }

        var brand = DeliveryRegistration.BrandOf(options, configuration);
        var setting = options.Brand is null ? "Brand:Name" : "Delivery:Brand";
        var longest = new TextTemplates(brand, issuer.IdnHost).Longest();
        if (!Gsm7.Fits(brand) || brand.Any(char.IsControl))
        {
            yield return $"{setting} holds a character that text messages do not carry at the normal price. Set "
                + "Delivery:Brand to a plain spelling.";
        }
        else if (Gsm7.Parts(longest) > 1)
        {
            yield return $"{setting} is too long: with the host {issuer.IdnHost} a text takes {Gsm7.Units(longest)} of 160 characters. "
                + "Set Delivery:Brand to a shorter form.";
        }
    }

    private bool AreTextsWanted => configuration.GetValue(DeliveryRegistration.TextMessages, defaultValue: true);

    /// <summary>Some message goes to a provider.</summary>
    private bool IsPaid(DeliveryOptions options) => DeliveryRegistration.AllRoutes(options, environment).Intersect(Providers).Any();

    private static bool IsSender(string sender) => sender.All(char.IsAsciiLetterOrDigit)
        && (sender.All(char.IsAsciiDigit)
            ? sender.Length is >= 3 and <= 15
            : sender.Length is >= 3 and <= 11 && char.IsAsciiLetter(sender[0]));
}
