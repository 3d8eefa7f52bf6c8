using FluentValidation;
using Sso.Settings;

namespace Sso.Admin.Outgoing;

public sealed class OutgoingRules : AbstractValidator<OutgoingOptions>
{
    public OutgoingRules()
    {
        RuleForEach(outgoing => outgoing.AllowedHosts).SetValidator(new HostAndPortValidator<OutgoingOptions>());
        RuleForEach(outgoing => outgoing.Ports).InclusiveBetween(1, 65535).WithMessage("holds {PropertyValue}, which is no port.");
        RuleFor(outgoing => outgoing.TrustedCertificatesFile).IsFile();
        RuleFor(outgoing => outgoing.Timeout).LiesBetween(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }
}
