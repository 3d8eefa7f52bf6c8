using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Mail;

/// <summary>
/// The relay that mails leave by. Section <c>Mail</c> of the configuration; in Development without a host they go to the outbox.
/// </summary>
public sealed record MailOptions
{
    public const string Section = "Mail";

    /// <summary>The relay's name.</summary>
    public string? Host { get; init; }

    public int Port { get; init; } = 587;

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>The sender, such as <c>Nuvola &lt;no-reply@nuvola.example&gt;</c>.</summary>
    public string? From { get; init; }

    /// <summary>TLS, demanded. False only for a relay on this machine.</summary>
    public bool UseTls { get; init; } = true;

    /// <summary>
    /// TLS from the first byte (RFC 8314 §3.3) instead of STARTTLS; null for what the port stands for: only 465 speaks it.
    /// </summary>
    public bool? ImplicitTls { get; init; }

    /// <summary>
    /// A PEM file of the authorities that the relay's certificate must come from; null for those of the system.
    /// </summary>
    public string? TrustedCertificatesFile { get; init; }

    internal bool BeginsWithTls => ImplicitTls ?? Port == 465;

    internal X509Certificate2Collection ReadTrustedCertificates()
    {
        var trusted = new X509Certificate2Collection();
        if (TrustedCertificatesFile is not null)
        {
            trusted.ImportFromPemFile(TrustedCertificatesFile);
        }

        return trusted;
    }
}

/// <summary>Each sentence names the setting and says what to do.</summary>
internal sealed class MailOptionsValidator(IHostEnvironment environment) : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        string[] errors = [.. Errors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> Errors(MailOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Host))
        {
            if (!environment.IsDevelopment())
            {
                yield return "Mail:Host is not set. Set it to the relay by which mails leave: without it nobody can set a new password.";
            }

            yield break;
        }

        if (MailMime.Read(options.From) is null)
        {
            yield return "Mail:From is missing or no address. Set it to the sender, for example \"Nuvola <no-reply@nuvola.example>\".";
        }

        if (options.Port is < 1 or > 65535)
        {
            yield return "Mail:Port is no port. Set it to 587, where relays offer STARTTLS, or to 465, where they begin with TLS.";
        }

        if (TrustsNobody(options))
        {
            yield return "Mail:TrustedCertificatesFile cannot be read, or holds no certificate. Set it to a PEM file, or leave it out.";
        }

        if ((options.UserName is null) != (options.Password is null))
        {
            yield return "Mail:UserName and Mail:Password belong together: set both or neither.";
        }

        if (options is { UseTls: false, BeginsWithTls: true })
        {
            yield return "Mail:UseTls is false, but the relay begins with TLS (Mail:Port 465, or Mail:ImplicitTls). Set it to true.";
        }

        if (!options.UseTls && !IsLocal(options.Host))
        {
            yield return "Mail:UseTls is false for a relay on another machine: mails hold links that change passwords. Set it to true.";
        }

        if (!options.UseTls && options.UserName is not null)
        {
            yield return "Mail:UserName needs Mail:UseTls: the password would travel readable.";
        }
    }

    private static bool TrustsNobody(MailOptions options)
    {
        try
        {
            return options.TrustedCertificatesFile is not null && options.ReadTrustedCertificates().Count == 0;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return true;
        }
    }

    private static bool IsLocal(string host) => host is "localhost" or "127.0.0.1" or "::1";
}
