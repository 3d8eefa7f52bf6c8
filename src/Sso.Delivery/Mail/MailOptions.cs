using System.Net.Mail;
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

    /// <summary>STARTTLS, demanded. False only for a relay on this machine.</summary>
    public bool UseTls { get; init; } = true;
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

        if (!MailAddress.TryCreate(options.From, out _))
        {
            yield return "Mail:From is missing or no address. Set it to the sender, for example \"Nuvola <no-reply@nuvola.example>\".";
        }

        if (options.Port is 465 or < 1 or > 65535)
        {
            yield return "Mail:Port: TLS from the first byte (465) is not supported. Set it to 587, where the relay offers STARTTLS.";
        }

        if ((options.UserName is null) != (options.Password is null))
        {
            yield return "Mail:UserName and Mail:Password belong together: set both or neither.";
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

    private static bool IsLocal(string host) => host is "localhost" or "127.0.0.1" or "::1";
}
