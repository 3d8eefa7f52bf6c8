using System.Text;
using Sso.Data.Secrets;

namespace Sso.Server.Logout;

/// <summary>Carries a checked post-logout address, and the session that ended, through our own pages.</summary>
internal sealed class LogoutReturnSealer(Sealer sealer)
{
    private const string Purpose = "post logout redirect";
    private const string OverPurpose = "session over";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);

    public string Seal(string target) => sealer.Seal(Purpose, Encoding.UTF8.GetBytes(target), Lifetime);

    /// <summary>Null if it was not sealed here, or too long ago.</summary>
    public string? Open(string? text) => sealer.Open(Purpose, text) is { } target ? Encoding.UTF8.GetString(target) : null;

    /// <param name="target">Where the browser goes from the page; null if it stays.</param>
    public string SealOver(Guid sessionId, string? target) =>
        sealer.Seal(OverPurpose, [.. sessionId.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(target ?? "")], Lifetime);

    public (Guid SessionId, string? Target)? OpenOver(string? text) => sealer.Open(OverPurpose, text) is { Length: >= 16 } plain
        ? (new Guid(plain.AsSpan(0, 16), bigEndian: true), plain.Length == 16 ? null : Encoding.UTF8.GetString(plain.AsSpan(16)))
        : null;
}
