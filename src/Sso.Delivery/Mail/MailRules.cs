using System.Security.Cryptography;
using FluentValidation;
using Microsoft.Extensions.Hosting;

namespace Sso.Delivery.Mail;

internal sealed class MailRules : AbstractValidator<MailOptions>
{
    public MailRules(IHostEnvironment environment)
    {
        if (!environment.IsDevelopment())
        {
            RuleFor(mail => mail.Host)
                .NotEmpty().WithMessage("is not set. Set it to the relay by which mails leave: without it nobody can set a new password.");
        }

        When(mail => !string.IsNullOrWhiteSpace(mail.Host), RelayIsSafe);
    }

    private void RelayIsSafe()
    {
        RuleFor(mail => mail.From)
            .Must(from => MailMime.Read(from) is not null)
            .WithMessage("is missing or no address. Set it to the sender, for example \"Nuvola <no-reply@nuvola.example>\".");
        RuleFor(mail => mail.Port)
            .InclusiveBetween(1, 65535)
            .WithMessage("is no port. Set it to 587, where relays offer STARTTLS, or to 465, where they begin with TLS.");
        RuleFor(mail => mail.TrustedCertificatesFile)
            .Must((mail, file) => file is null || TrustsSomebody(mail))
            .WithMessage("cannot be read, or holds no certificate. Set it to a PEM file, or leave it out.");
        RuleFor(mail => mail.UserName)
            .Must((mail, name) => (name is null) == (mail.Password is null))
            .WithMessage("and Mail:Password belong together: set both or neither.")
            .Null().Unless(mail => mail.UseTls, ApplyConditionTo.CurrentValidator)
            .WithMessage("needs Mail:UseTls: the password would travel readable.");
        RuleFor(mail => mail.UseTls)
            .Equal(true).When(mail => mail.BeginsWithTls, ApplyConditionTo.CurrentValidator)
            .WithMessage("is false, but the relay begins with TLS (Mail:Port 465, or Mail:ImplicitTls). Set it to true.")
            .Equal(true).Unless(mail => mail.IsOnThisMachine, ApplyConditionTo.CurrentValidator)
            .WithMessage("is false for a relay on another machine: mails hold links that change passwords. Set it to true.");
    }

    private static bool TrustsSomebody(MailOptions mail)
    {
        try
        {
            return mail.ReadTrustedCertificates().Count > 0;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
