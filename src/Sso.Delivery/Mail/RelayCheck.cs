using Microsoft.Extensions.Options;

namespace Sso.Delivery.Mail;

/// <summary>Whether the relay would take a mail, without giving it one.</summary>
public sealed class RelayCheck(IOptions<MailOptions> options)
{
    /// <summary>Host and port; null if mails go to the outbox of Development.</summary>
    public string? Relay => options.Value.Host is { Length: > 0 } host ? $"{host}:{options.Value.Port}" : null;

    /// <summary>
    /// Connects, agrees on TLS and signs in. What is wrong, going on where the name of the relay ends; null if nothing is.
    /// </summary>
    public async Task<string?> FindTroubleAsync(CancellationToken cancellation)
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
            return client.Why(exception);
        }
    }
}
