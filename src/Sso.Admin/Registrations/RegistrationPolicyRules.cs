using FluentValidation;
using Sso.Admin.Outgoing;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Settings;

namespace Sso.Admin.Registrations;

public sealed class RegistrationPolicyRules : AbstractValidator<RegistrationPolicy>
{
    public RegistrationPolicyRules()
    {
        RuleFor(policy => policy.MostClients).LiesBetween(1, 1_000_000);
        RuleForEach(policy => policy.GrantTypes)
            .Must((policy, type) => type != GrantTypes.Implicit || policy.BringsIdTokens)
            .WithMessage("holds \"implicit\", which goes with one of Registration:ResponseTypes that brings an ID token.")
            .IsOneOf([GrantTypes.Implicit, .. GrantTypes.All])
            .WithMessage("holds \"{PropertyValue}\", which this server does not offer.");
        RuleForEach(policy => policy.AuthenticationMethods)
            .IsOneOf("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none")
            .WithMessage("holds \"{PropertyValue}\", which an application cannot register by itself.");
        RuleForEach(policy => policy.ResponseTypes)
            .Must(type => ResponseTypes.Parse(type) is not null)
            .WithMessage("holds \"{PropertyValue}\", which this server does not offer.");
        RuleForEach(policy => policy.DocumentHosts)
            .Must(host => Uri.CheckHostName(host) != UriHostNameType.Unknown && !host.Any(char.IsAsciiLetterUpper))
            .WithMessage("holds \"{PropertyValue}\": it must be a host name in small letters.");
        RuleForEach(policy => policy.AllowedHosts).SetValidator(new HostAndPortValidator<RegistrationPolicy>());
    }
}
