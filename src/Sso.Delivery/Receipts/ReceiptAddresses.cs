namespace Sso.Delivery.Receipts;

/// <summary>Where providers report what became of a message: below the configured public address, never that of a request.</summary>
public sealed class ReceiptAddresses(string issuer)
{
    public const string Path = "/delivery/receipts/";

    public string Of(string route) => issuer + Path + route;
}
