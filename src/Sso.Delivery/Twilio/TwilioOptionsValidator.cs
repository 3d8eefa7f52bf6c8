using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Twilio;

/// <summary>Each sentence names the setting and says what to do.</summary>
internal sealed class TwilioOptionsValidator(IHostEnvironment environment) : IValidateOptions<TwilioOptions>
{
    public ValidateOptionsResult Validate(string? name, TwilioOptions options)
    {
        string[] errors = [.. Errors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> Errors(TwilioOptions options)
    {
        if (options.AccountSid is not ['A', 'C', .. { Length: 32 } account] || !account.All(char.IsAsciiHexDigit))
        {
            yield return "Twilio:AccountSid is missing or not AC and 32 hexadecimal digits. It stands on the "
                + "first page of the Twilio console.";
        }

        if (string.IsNullOrWhiteSpace(options.ApiKeySid) != string.IsNullOrWhiteSpace(options.ApiKeySecret))
        {
            yield return "Twilio:ApiKeySid and Twilio:ApiKeySecret belong together. Set both (or neither, and Twilio:AuthToken).";
        }
        else if (string.IsNullOrWhiteSpace(options.ApiKeySid) && string.IsNullOrWhiteSpace(options.AuthToken))
        {
            yield return "Twilio:ApiKeySid and Twilio:ApiKeySecret are missing. Make an API key in the Twilio "
                + "console (or set Twilio:AuthToken).";
        }

        if (!ProviderAddress.IsSafe(options.BaseAddress, environment))
        {
            yield return "Twilio:BaseAddress must be an https address, for example https://api.twilio.com (http "
                + "only for a fake in Development).";
        }
    }
}
