namespace Sso.Server.Api;

/// <summary>One attempt at a request that came with a key, as long as it is being answered.</summary>
/// <param name="Key">Of its row.</param>
/// <param name="Owner">Another for each attempt.</param>
internal sealed record IdempotentAttempt(byte[] Key, Guid Owner)
{
    private static readonly object Item = new();

    public static void Set(HttpContext http, IdempotentAttempt attempt) => http.Items[Item] = attempt;

    /// <summary>What is recorded afterwards, such as that it broke off, is not what was asked for.</summary>
    public static void Clear(HttpContext http) => http.Items.Remove(Item);

    /// <summary>Null in a request without a key.</summary>
    public static IdempotentAttempt? Of(HttpContext? http) => http?.Items[Item] as IdempotentAttempt;
}
