using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sso.Delivery.Receipts;

namespace Sso.Delivery.Vonage;

/// <summary>What the routes in use need of the account; the key is parsed at start and not at the first sign-in.</summary>
internal sealed class VonageOptionsValidator(IReadOnlyList<string> routes, IConfiguration configuration, IHostEnvironment environment)
    : IValidateOptions<VonageOptions>
{
    private const int ShortestSecret = 32;

    public ValidateOptionsResult Validate(string? name, VonageOptions options)
    {
        string[] errors =
        [
            .. routes.Contains(VonageMessages.RouteName) ? Messages(options) : [],
            .. routes.Contains(VonageSms.RouteName) ? Sms(options) : [],
            .. Secrets(options),
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> Messages(VonageOptions options)
    {
        if (!Guid.TryParse(options.ApplicationId, out _))
        {
            yield return "Vonage:ApplicationId is missing or no UUID. It stands on the application's page in the Vonage dashboard.";
        }

        if (!ProviderAddress.IsSafe(options.BaseAddress, environment))
        {
            yield return "Vonage:BaseAddress must be an https address, for example https://api-eu.nexmo.com (http "
                + "only for a fake in Development).";
        }

        var (key, error) = VonagePrivateKey.Read(options);
        key?.Dispose();
        if (error is not null)
        {
            yield return error;
        }
    }

    private IEnumerable<string> Sms(VonageOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ApiKey))
        {
            yield return "Vonage:ApiKey is missing. It stands on the first page of the Vonage dashboard.";
        }

        if (options.SignRequests && !options.HasReceipts)
        {
            yield return "Vonage:SignatureSecrets is empty and Vonage:SignRequests is true. Set Vonage:SignatureSecrets:0 to "
                + "the account's signature secret.";
        }
        else if (!options.SignRequests && string.IsNullOrWhiteSpace(options.ApiSecret))
        {
            yield return "Vonage:ApiSecret is missing. Copy it from the Vonage dashboard (or set "
                + "Vonage:SignRequests and Vonage:SignatureSecrets).";
        }

        if (!ProviderAddress.IsSafe(options.SmsBaseAddress, environment))
        {
            yield return "Vonage:SmsBaseAddress must be an https address, for example https://rest.nexmo.com (http "
                + "only for a fake in Development).";
        }

        var callback = new ReceiptAddresses(configuration[DeliveryRegistration.Issuer] ?? "").Of(VonageSms.RouteName);
        if (options.HasReceipts && callback.Length > VonageSms.LongestCallback)
        {
            yield return $"{DeliveryRegistration.Issuer} is too long for receipts: {callback} has more than the "
                + $"{VonageSms.LongestCallback} characters "
                + "that the SMS API takes. Use the route vonage-messages, or leave Vonage:SignatureSecrets empty.";
        }
    }

    private static IEnumerable<string> Secrets(VonageOptions options) => options.SignatureSecrets
        .Where(secret => secret.Length < ShortestSecret)
        .Select(
            _ => $"Vonage:SignatureSecrets holds a secret of fewer than {ShortestSecret} characters. Copy the signature secret "
                + "from the dashboard's settings.");
}
