namespace Sso.Delivery.Receipts;

/// <summary>Verifies and reads the receipts of one provider.</summary>
public interface IReceiptReader
{
    /// <summary>The name of the route whose messages they are about.</summary>
    string Route { get; }

    ReceiptReading Read(ReceiptCall call);
}

/// <summary>A call as it came; nothing in it is believed yet.</summary>
public sealed record ReceiptCall
{
    /// <summary>With its question mark, as it was sent.</summary>
    public required string Query { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public string? Authorization { get; init; }

    /// <summary>X-Twilio-Signature.</summary>
    public string? Signature { get; init; }
}
