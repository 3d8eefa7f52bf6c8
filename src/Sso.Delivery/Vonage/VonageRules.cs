using FluentValidation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Sso.Delivery.Receipts;

namespace Sso.Delivery.Vonage;

/// <summary>What the routes in use need from the account; the key is parsed at start and not at the first sign-in.</summary>
internal sealed class VonageRules : AbstractValidator<VonageOptions>
{
    private const int ShortestSecret = 32;

    public VonageRules(IReadOnlyList<string> routes, IConfiguration configuration, IHostEnvironment environment)
    {
        if (routes.Contains(VonageMessages.RouteName))
        {
            MessagesAreSent(environment);
        }

        if (routes.Contains(VonageSms.RouteName))
        {
            SmsAreSent(configuration, environment);
        }

        RuleForEach(vonage => vonage.SignatureSecrets)
            .MinimumLength(ShortestSecret)
            .WithMessage($"holds a secret of fewer than {ShortestSecret} characters. Copy the signature secret from the dashboard's "
                + "settings.");
    }

    private void MessagesAreSent(IHostEnvironment environment)
    {
        RuleFor(vonage => vonage.ApplicationId)
            .Must(id => Guid.TryParse(id, out _))
            .WithMessage("is missing or no UUID. It stands on the application's page in the Vonage dashboard.");
        RuleFor(vonage => vonage.BaseAddress)
            .Must(address => ProviderAddress.IsSafe(address, environment))
            .WithMessage("must be an https address, for example https://api-eu.nexmo.com (http only for a fake in Development).");
        RuleFor(vonage => vonage).Custom((vonage, context) =>
        {
            var (key, setting, flaw) = VonagePrivateKey.Read(vonage);
            key?.Dispose();
            if (flaw is not null)
            {
                context.AddFailure(setting, flaw);
            }
        });
    }

    private void SmsAreSent(IConfiguration configuration, IHostEnvironment environment)
    {
        RuleFor(vonage => vonage.ApiKey).NotEmpty().WithMessage("is missing. It stands on the first page of the Vonage dashboard.");
        RuleFor(vonage => vonage.SignatureSecrets)
            .NotEmpty().When(vonage => vonage.SignRequests)
            .WithMessage("is empty and Vonage:SignRequests is true. Set Vonage:SignatureSecrets:0 to the account's signature secret.");
        RuleFor(vonage => vonage.ApiSecret)
            .NotEmpty().Unless(vonage => vonage.SignRequests)
            .WithMessage("is missing. Copy it from the Vonage dashboard (or set Vonage:SignRequests and Vonage:SignatureSecrets).");
        RuleFor(vonage => vonage.SmsBaseAddress)
            .Must(address => ProviderAddress.IsSafe(address, environment))
            .WithMessage("must be an https address, for example https://rest.nexmo.com (http only for a fake in Development).");
        var callback = new ReceiptAddresses(configuration[DeliveryRegistration.Issuer] ?? "").Of(VonageSms.RouteName);
        RuleFor(_ => callback)
            .MaximumLength(VonageSms.LongestCallback).When(vonage => vonage.HasReceipts)
            .OverridePropertyName(DeliveryRegistration.Issuer)
            .WithMessage($"is too long for receipts: {callback} has more than the {VonageSms.LongestCallback} characters that the SMS API "
                + "takes. Use the route vonage-messages, or leave Vonage:SignatureSecrets empty.");
    }
}
