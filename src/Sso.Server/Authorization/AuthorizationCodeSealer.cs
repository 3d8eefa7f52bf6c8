using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpenIddict.Abstractions;
using Sso.Data.Grants;
using Sso.Data.Secrets;
using Sso.Data.Sessions;

namespace Sso.Server.Authorization;

/// <summary>
/// Authorization codes (RFC 6749 §4.1.2): sealed and not stored, valid for 60 seconds. A code names the session and carries its secret,
/// which only the session's row knows; person, proofs and times are read from there at redemption and never from the code.
/// </summary>
internal sealed class AuthorizationCodeSealer(Sealer sealer, RequestParsing parsing, TimeProvider clock)
{
    private const string Purpose = "authorization code";
    private const int Prefix = 16 + 8 + 16 + 16 + 16 + 8;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    public string Seal(AuthorizationRequest request, SignInRow signIn)
    {
        var form = Encoding.UTF8.GetBytes(WithoutState(request.Parameters));
        var plain = new byte[Prefix + form.Length];
        RandomNumberGenerator.Fill(plain.AsSpan(0, 16));
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(16), clock.GetUtcNow().ToUnixTimeMilliseconds());
        signIn.SessionId.TryWriteBytes(plain.AsSpan(24), bigEndian: true, out _);
        signIn.Secret.CopyTo(plain, 40);
        request.FlowId.TryWriteBytes(plain.AsSpan(56), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(72), request.ReceivedAt.ToUnixTimeMilliseconds());
        form.CopyTo(plain, Prefix);
        return sealer.Seal(Purpose, plain, Lifetime);
    }

    /// <summary>Null if the code is not ours, was changed, is past its life, or its client may no longer ask for this.</summary>
    public async Task<RedeemableCode?> OpenAsync(string? code, CancellationToken cancellation)
    {
        if (sealer.Open(Purpose, code) is not { Length: > Prefix } plain)
        {
            return null;
        }

        var issuedAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(16)));
        var (grantId, grantSecret) = Grant.KeysOf(plain.AsSpan(0, 16), issuedAt);
        var flowId = new Guid(plain.AsSpan(56, 16), bigEndian: true);
        var receivedAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(72)));
        return await parsing.AnsweredAsync(
            Encoding.UTF8.GetString(plain.AsSpan(Prefix)), flowId, receivedAt, cancellation) is { } request
            ? new(request, new Guid(plain.AsSpan(24, 16), bigEndian: true), plain[40..56], grantId, grantSecret)
            : null;
    }

    /// <summary>What travels back along with the code need not be inside it.</summary>
    private static string WithoutState(OpenIddictRequest parameters) => parameters.Without("state", "ui_locales", "login_hint").ToForm();
}

/// <summary>An opened code; nothing in it is trusted before the rows agree.</summary>
internal sealed record RedeemableCode(AuthorizationRequest Request, Guid SessionId, byte[] SessionSecret, Guid GrantId, byte[] GrantSecret)
{
    public override string ToString() => "(code)";
}
