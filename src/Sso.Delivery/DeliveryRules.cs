using FluentValidation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Sso.Delivery.Outbox;
using Sso.Delivery.Spending;
using Sso.Delivery.Twilio;
using Sso.Delivery.Vonage;
using Sso.Settings;

namespace Sso.Delivery;

internal sealed class DeliveryRules : AbstractValidator<DeliveryOptions>
{
    private static readonly string[] Providers = [VonageMessages.RouteName, VonageSms.RouteName, TwilioMessages.RouteName];

    private readonly IConfiguration _configuration;
    private readonly IHostEnvironment _environment;

    public DeliveryRules(IConfiguration configuration, IHostEnvironment environment)
    {
        (_configuration, _environment) = (configuration, environment);
        Include(new ServedCountryRules());
        RoutesAreKnown();
        SendersAreKnown();
        RuleFor(delivery => delivery).Custom(BrandFits);
        SpendingIsBounded();
    }

    /// <summary>True if any message goes to a provider.</summary>
    private bool IsPaid(DeliveryOptions delivery) => DeliveryRegistration.AllRoutes(delivery, _environment).Intersect(Providers).Any();

    private void RoutesAreKnown()
    {
        if (!bool.TryParse(_configuration[DeliveryRegistration.TextMessages], out var areTextsWanted) || areTextsWanted)
        {
            RuleFor(delivery => delivery.Routes)
                .Must(routes => DeliveryRegistration.RoutesOf(routes, _environment).Count > 0)
                .WithMessage($"is empty. Set it to the routes by which codes reach phones, for example [\"{VonageMessages.RouteName}\"]. "
                    + "Without text messages: SignIn:TextMessages=false.");
        }

        RuleFor(delivery => delivery.Routes).Custom((routes, context) => RoutesAreSound(routes, context));
        RuleForEach(delivery => delivery.RoutesByCountry).ByKey()
            .Must(country => Country.Find(country.Key) is not null)
            .WithMessage("is for no country we know. Use a code of Delivery:AllowedCountries.")
            .Custom((country, context) => RoutesAreSound(country.Value, context));
    }

    private void RoutesAreSound(IReadOnlyList<string> routes, ValidationContext<DeliveryOptions> context)
    {
        if (routes.Contains(DevelopmentOutbox.RouteName) && !_environment.IsDevelopment())
        {
            context.AddFailure($"names \"{DevelopmentOutbox.RouteName}\", which writes codes into readable files and exists in the "
                + $"Development environment only. Set it to [\"{VonageMessages.RouteName}\"].");
        }

        foreach (var unknown in routes.Except([DevelopmentOutbox.RouteName, .. Providers]))
        {
            context.AddFailure($"names \"{unknown}\", which is no route. Known: {string.Join(", ", Providers)}, and in Development "
                + $"{DevelopmentOutbox.RouteName}.");
        }

        if (routes.Distinct().Count() != routes.Count)
        {
            context.AddFailure("names a route twice.");
        }
    }

    private void SendersAreKnown()
    {
        RuleForEach(delivery => delivery.From).ByKey()
            .Must(sender => sender.Key.Equals("default", StringComparison.OrdinalIgnoreCase) || Country.Find(sender.Key) is not null)
            .WithMessage("is for no country we know. Use a code of Delivery:AllowedCountries, or default.")
            .Must(sender => IsSender(sender.Value))
            .WithMessage("must be at most 15 digits without a plus, or at most 11 letters and digits that begin with a letter.");
        RuleForEach(delivery => delivery.AllowedCountries).OverrideIndexer((_, _, code, _) => $"[{code}]")
            .Must((delivery, code) => delivery.Sender(code) is not null)
            .When(delivery => IsPaid(delivery) && delivery.Sender("default") is null)
            .OverridePropertyName(nameof(DeliveryOptions.From))
            .WithMessage("is missing (or set Delivery:From:default): the sender that the phone shows.");
    }

    private void SpendingIsBounded()
    {
        RuleFor(delivery => delivery.Limits).SetValidator(new SendLimitRules());
        RuleFor(delivery => delivery.Budget).SetValidator(new BudgetRules());
        RuleFor(delivery => delivery.Conversion).SetValidator(new ConversionRules());
        RuleFor(delivery => delivery.ReceiptWait)
            .InclusiveBetween(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(4))
            .WithMessage("must lie between {From} and {To}: a code lives five minutes.");
        RuleForEach(delivery => delivery.Prices).ByKey()
            .Must(price => price.Value is > 0 and <= 10).WithMessage("must be more than 0 and at most 10 euro for one text.");
        RuleForEach(delivery => delivery.AllowedCountries).OverrideIndexer((_, _, code, _) => $"[{code}]")
            .Must((delivery, code) => delivery.PriceIn(code) is not null)
            .When(IsPaid)
            .OverridePropertyName(nameof(DeliveryOptions.Prices))
            .WithMessage("is missing: the euro that one text costs there by the dearest route, so that the budget can be kept.");
    }

    /// <summary>The last line of each text names the host of the issuer, which is judged with the section that it stands in.</summary>
    private void BrandFits(DeliveryOptions delivery, ValidationContext<DeliveryOptions> context)
    {
        if (!Uri.TryCreate(_configuration[DeliveryRegistration.Issuer], UriKind.Absolute, out var issuer)
            || DeliveryRegistration.AllRoutes(delivery, _environment).Count == 0)
        {
            return;
        }

        var brand = DeliveryRegistration.BrandOf(delivery, _configuration);
        var setting = delivery.Brand is null ? "Brand:Name" : nameof(DeliveryOptions.Brand);
        var longest = new TextTemplates(brand, issuer.IdnHost).Longest();
        if (!Gsm7.Fits(brand) || brand.Any(char.IsControl))
        {
            context.AddFailure(
                setting, "holds a character that text messages do not carry at the normal price. Set Delivery:Brand to a plain spelling.");
        }
        else if (Gsm7.Parts(longest) > 1)
        {
            context.AddFailure(
                setting, $"is too long: with the host {issuer.IdnHost} a text takes {Gsm7.Units(longest)} of 160 characters. "
                    + "Set Delivery:Brand to a shorter form.");
        }
    }

    private static bool IsSender(string sender) => sender.All(char.IsAsciiLetterOrDigit)
        && (sender.All(char.IsAsciiDigit)
            ? sender.Length is >= 3 and <= 15
            : sender.Length is >= 3 and <= 11 && char.IsAsciiLetter(sender[0]));
}
