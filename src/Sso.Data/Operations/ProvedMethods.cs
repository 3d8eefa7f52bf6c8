using System.Globalization;
using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>
/// By which methods somebody signed in, in the order of their proofs. The <c>amr</c> of the tokens cannot say it, because some methods
/// share a value (RFC 8176).
/// </summary>
/// <param name="Stored">
/// Their numbers, e.g. <c>0 1</c>. The column is kept as it stands, for the seal of the record is over that: what was forged in it is found
/// and never stops who reads.
/// </param>
public sealed record ProvedMethods(string Stored)
{
    public IEnumerable<ProofMethod> Each => Stored.Split(' ')
        .Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (ProofMethod?)number : null)
        .OfType<ProofMethod>().Where(Enum.IsDefined);

    public static ProvedMethods Of(IEnumerable<ProofMethod> methods) =>
        new(string.Join(' ', methods.Distinct().Select(method => method.ToString("D"))));
}
