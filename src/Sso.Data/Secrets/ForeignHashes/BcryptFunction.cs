using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>bcrypt as <c>$2b$12$</c> and 53 characters; 2a and 2y are the same function for correct implementations.</summary>
internal sealed partial record BcryptFunction(int Cost, string Salt) : ForeignFunction
{
    public const string Name = "bcrypt";
    private const int MostCost = 16;
    private const int DigestLength = 31;

    public override bool IsWeak => Cost < 10;

    public override byte[] Compute(string password) => Encoding.ASCII.GetBytes(
        BCrypt.Net.BCrypt.HashPassword(password, string.Create(CultureInfo.InvariantCulture, $"$2b${Cost:00}${Salt}"))[^DigestLength..]);

    public static (ForeignFunction, byte[])? TryParse(string text) =>
        Pattern().Match(text) is { Success: true } match
            && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is >= 4 and <= MostCost and var cost
            ? (new BcryptFunction(cost, match.Groups[2].Value), Encoding.ASCII.GetBytes(match.Groups[3].Value))
            : null;

    public static BcryptFunction Read(string[] fields) => new(int.Parse(fields[1], CultureInfo.InvariantCulture), fields[2]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name},{Cost},{Salt}");

    [GeneratedRegex(@"^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$")]
    private static partial Regex Pattern();
}
