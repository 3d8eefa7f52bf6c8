namespace Sso.Delivery.Spending;

/// <summary>Money is counted in ten-thousandths of a euro and rounded up: too much rather than too little.</summary>
internal static class Money
{
    public const decimal Most = 200_000;

    public static decimal InEuro(int amount) => amount / 10_000m;

    public static int Of(decimal euro) => (int)Math.Ceiling(Math.Clamp(euro, 0, Most) * 10_000);
}
