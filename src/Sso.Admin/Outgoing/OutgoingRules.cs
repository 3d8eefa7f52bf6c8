using FluentValidation;
using Sso.Settings;

namespace Sso.Admin.Outgoing;

public sealed class OutgoingRules : AbstractValidator<OutgoingOptions>
{
    public OutgoingRules()
    {
        RuleForEach(outgoing => outgoing.AllowedHosts)
            .Must(OutgoingOptions.IsHostAndPort)
            .WithMessage("holds \"{PropertyValue}\": it must be host and port in small letters, such as app.lan:8443.");
        RuleForEach(outgoing => outgoing.Ports).InclusiveBetween(1, 65535).WithMessage("holds {PropertyValue}, which is no port.");
        RuleFor(outgoing => outgoing.TrustedCertificatesFile).IsFile();
        RuleFor(outgoing => outgoing.Timeout).LiesBetween(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }
}
