using System.Runtime.CompilerServices;
using Sso.Data.Secrets;

namespace Sso.Server.Tests;

/// <summary>What a hash has to cost is proved in Sso.Data.Tests; here it is only compared.</summary>
internal static class CheapHashes
{
    [ModuleInitializer]
    public static void Choose() => (PasswordHashing.Cost, WrappingKey.Rounds) = ((64, 1), 1_000);
}
