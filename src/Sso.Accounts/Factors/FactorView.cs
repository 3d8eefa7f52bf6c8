using Sso.Data.Factors;
using Sso.Protocol;

namespace Sso.Accounts.Factors;

/// <summary>An enrolled second factor as operators see it.</summary>
/// <param name="Id">Names it in a command.</param>
public sealed record FactorView(string Id, ProofMethod Method, DateTimeOffset AddedAt, DateTimeOffset? LastUsedAt, int ConsecutiveFailures)
{
    /// <summary>The random end of the row's id: short enough to type, and there are few factors to distinguish.</summary>
    public static string IdOf(SecondFactor factor) => factor.Id.ToString("N")[^8..];
}
