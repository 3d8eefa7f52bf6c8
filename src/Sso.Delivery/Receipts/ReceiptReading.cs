namespace Sso.Delivery.Receipts;

/// <summary>The outcome of verifying and reading a receipt.</summary>
public abstract record ReceiptReading
{
    private ReceiptReading()
    {
    }

    /// <summary>Without a signature: an internal fault at a provider may send it like this, and later again with one.</summary>
    public sealed record NotSigned : ReceiptReading;

    public sealed record Forged(string Why) : ReceiptReading;

    /// <summary>Signed, but about nothing that we sent.</summary>
    public sealed record NotOurs : ReceiptReading;

    /// <param name="Receipt">What it says.</param>
    /// <param name="Once">The name of this very call, if the provider gives it one: it counts once.</param>
    public sealed record Read(TextReceipt Receipt, string? Once = null) : ReceiptReading;
}
