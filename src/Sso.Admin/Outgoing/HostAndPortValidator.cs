using FluentValidation;
using FluentValidation.Validators;
using Sso.Protocol.Outgoing;

namespace Sso.Admin.Outgoing;

/// <summary>A host and its port as <see cref="OutgoingPolicy"/> compares them.</summary>
internal sealed class HostAndPortValidator<T> : PropertyValidator<T, string>
{
    public override string Name => "HostAndPortValidator";

    public override bool IsValid(ValidationContext<T> context, string value) =>
        Uri.TryCreate("https://" + value, UriKind.Absolute, out var uri)
        && (OutgoingPolicy.HostAndPort(uri) == value || $"{uri.Host}:443" == value);

    protected override string GetDefaultMessageTemplate(string errorCode) =>
        "holds \"{PropertyValue}\": it must be host and port in small letters, such as app.lan:8443.";
}
