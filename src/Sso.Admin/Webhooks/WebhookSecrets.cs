using Sso.Data.Secrets;
using Sso.Data.Webhooks;
using Sso.Protocol.Webhooks;

namespace Sso.Admin.Webhooks;

/// <summary>Makes the secret of a subscription, and seals it: the server must be able to read it to sign.</summary>
public sealed class WebhookSecrets(DataKeyRing dataKeys, Sealer sealer)
{
    public async Task<(string Secret, byte[] Sealed)> NewAsync(string webhookId, CancellationToken cancellation)
    {
        await dataKeys.LoadAsync(cancellation);
        var secret = WebhookSecret.New();
        return (secret, sealer.Protect(Webhook.SecretContextOf(webhookId), secret));
    }
}
