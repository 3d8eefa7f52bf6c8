using Microsoft.Extensions.Options;

namespace Sso.Delivery.Mail;

/// <summary>Whether the relay would take a mail, without giving it one.</summary>
public sealed class RelayCheck(IOptions<MailOptions> options)
{
    /// <summary>Host and port; null if mails go to the outbox of Development.</summary>
    public string? Relay => options.Value.Host is { Length: > 0 } host ? $"{host}:{options.Value.Port}" : null;

    /// <summary>Connects, agrees on TLS and signs in; null if nothing is wrong.</summary>
    public async Task<RelayTrouble?> FindTroubleAsync(CancellationToken cancellation)
    {
        using var client = new RelayClient(options.Value.ReadTrustedCertificates()) { Timeout = (int)SmtpMail.Limit.TotalMilliseconds };
        try
        {
            await client.OpenAsync(options.Value, cancellation);
            await client.NoOpAsync(cancellation);
            await client.DisconnectAsync(quit: true, cancellation);
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return new(client.Why(exception), exception is NotSupportedException ? WithoutTls : null);
        }
    }

    /// <summary>As the rules of the settings have it.</summary>
    private string WithoutTls => options.Value.IsOnThisMachine
        ? "A relay on this machine may do without: set Mail:UseTls to false, and leave out Mail:UserName and Mail:Password."
        : "Let it offer STARTTLS, or begin with TLS (Mail:Port 465). Only a relay on this machine (localhost, 127.0.0.1 or ::1) may do "
            + "without, with Mail:UseTls set to false: mails hold links that change passwords.";
}

/// <summary>Why a relay would take no mail.</summary>
/// <param name="What">Goes on where the name of the relay ends.</param>
/// <param name="Remedy">Null for what its words say already.</param>
public sealed record RelayTrouble(string What, string? Remedy);
