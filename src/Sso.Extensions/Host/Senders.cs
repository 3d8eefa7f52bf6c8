using System.Security.Claims;
using System.Text.Json;

namespace Sso.Extensions.Host;

/// <summary>The key that a client presents with its request, to which its tokens are bound (RFC 7800 §3.1).</summary>
public static class Senders
{
    extension(OpenIddictServerTransaction transaction)
    {
        /// <summary>Null for bearer tokens.</summary>
        public SenderConstraint? Sender
        {
            get => transaction.Kept<SenderConstraint>();
            set => transaction.Keep(value);
        }
    }
}

/// <summary>The claim <c>cnf</c> of a token.</summary>
public static class TokenBinding
{
    private const string Confirmation = "cnf";

    extension(ClaimsPrincipal token)
    {
        /// <summary>The key to which a token is bound; null for a bearer token.</summary>
        public SenderConstraint? BoundTo =>
            token.GetClaim(Confirmation) is { } json ? SenderConstraint.Read(JsonElement.Parse(json)) : null;

        public void BindTo(SenderConstraint sender) => token.SetClaim(Confirmation, sender.AsJson());
    }
}
