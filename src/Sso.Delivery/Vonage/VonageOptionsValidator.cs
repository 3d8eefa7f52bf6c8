using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Vonage;

/// <summary>The key is parsed at start and not at the first sign-in.</summary>
internal sealed class VonageOptionsValidator(IHostEnvironment environment) : IValidateOptions<VonageOptions>
{
    public ValidateOptionsResult Validate(string? name, VonageOptions options)
    {
        var errors = new List<string>();
        if (!Guid.TryParse(options.ApplicationId, out _))
        {
            errors.Add("Vonage:ApplicationId is missing or no UUID. It stands on the application's page in the Vonage dashboard.");
        }

        if (!IsSafe(options.BaseAddress))
        {
            errors.Add("Vonage:BaseAddress must be an https address, for example https://api-eu.nexmo.com (http only for a fake in Development).");
        }

        var (key, error) = VonagePrivateKey.Read(options);
        key?.Dispose();
        if (error is not null)
        {
            errors.Add(error);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private bool IsSafe(Uri address) => address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && environment.IsDevelopment()));
}
