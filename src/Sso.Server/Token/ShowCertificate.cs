using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.MutualTls;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>The certificate of a client whose tokens are bound to it (RFC 8705 §3), if it presented no other key.</summary>
internal sealed class ShowCertificate(ClientCertificates certificates) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.Transaction.Sender is null && AuthenticateClient.Of(context.Transaction).Client.CertificateBound
            && certificates.Of(context.Http) is { } certificate)
        {
            context.Transaction.Sender = ClientCertificates.SenderOf(certificate);
        }

        return default;
    }
}

/// <summary>Whoever presents a token that is bound to a certificate has to present that certificate too (RFC 8705 §3).</summary>
internal sealed class ProveCertificate(ClientCertificates certificates) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal!.BoundTo is { Kind: SenderConstraint.Certificate } bound
            && (certificates.Of(context.Http) is not { } certificate || ClientCertificates.SenderOf(certificate) != bound))
        {
            context.Refuse(OAuthError.InvalidToken("bound to another certificate"));
        }

        return default;
    }
}
