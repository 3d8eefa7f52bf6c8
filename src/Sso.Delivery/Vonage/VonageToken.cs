using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Vonage;

/// <summary>A fresh bearer token for each request: nothing to cache, nothing to invalidate.</summary>
public sealed class VonageToken : IDisposable
{
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly string _application;
    private readonly RSA _key;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();

    public VonageToken(IOptions<VonageOptions> options, TimeProvider clock)
    {
        var (key, setting, flaw) = VonagePrivateKey.Read(options.Value);
        _key = key ?? throw new OptionsValidationException(
            VonageOptions.Section, typeof(VonageOptions), [$"{VonageOptions.Section}:{setting} {flaw}"]);
        (_application, _clock) = (options.Value.ApplicationId!, clock);
    }

    public string Write()
    {
        var now = _clock.GetUtcNow();
        var claims = new VonageClaims
        {
            ApplicationId = _application,
            Iat = now.ToUnixTimeSeconds(),
            Exp = (now + Life).ToUnixTimeSeconds(),
            Jti = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
        };
        var signed = Header + "." + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, VonageJson.Default.VonageClaims));
        return signed + "." + Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)));
    }

    public void Dispose() => _key.Dispose();

    private byte[] Sign(byte[] data)
    {
        // The instance of RSA is not promised to be safe for two threads.
        lock (_gate)
        {
            return _key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }
}
