using FluentValidation;
using Microsoft.Extensions.Hosting;

namespace Sso.Delivery.Twilio;

internal sealed class TwilioRules : AbstractValidator<TwilioOptions>
{
    public TwilioRules(IHostEnvironment environment)
    {
        RuleFor(twilio => twilio.AccountSid)
            .Must(sid => sid is ['A', 'C', .. { Length: 32 } account] && account.All(char.IsAsciiHexDigit))
            .WithMessage("is missing or not AC and 32 hexadecimal digits. It stands on the first page of the Twilio console.");
        RuleFor(twilio => twilio.ApiKeySid)
            .Must((twilio, sid) => string.IsNullOrWhiteSpace(sid) == string.IsNullOrWhiteSpace(twilio.ApiKeySecret))
            .WithMessage("and Twilio:ApiKeySecret belong together. Set both (or neither, and Twilio:AuthToken).");
        RuleFor(twilio => twilio.ApiKeySid)
            .NotEmpty().When(twilio => string.IsNullOrWhiteSpace(twilio.ApiKeySecret) && string.IsNullOrWhiteSpace(twilio.AuthToken))
            .WithMessage("and Twilio:ApiKeySecret are missing. Make an API key in the Twilio console (or set Twilio:AuthToken).");
        RuleFor(twilio => twilio.BaseAddress)
            .Must(address => ProviderAddress.IsSafe(address, environment))
            .WithMessage("must be an https address, for example https://api.twilio.com (http only for a fake in Development).");
    }
}
