using OpenIddict.Abstractions;
using Sso.Protocol;

namespace Sso.Server.Engine;

internal static class Messages
{
    public static byte[] InPlainJson(this OpenIddictMessage message) => PlainJson.Of(message.WriteTo);
}
