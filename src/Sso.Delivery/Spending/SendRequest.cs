using Sso.Data.Delivery;

namespace Sso.Delivery.Spending;

/// <summary>Who wants a text, and for what.</summary>
/// <param name="Address"> As counted everywhere: IPv4 whole, IPv6 by its /64. Null for a notice, which nobody asks for: whoever caused it
/// must not silence it by using up the limit of their address.
/// </param>
public sealed record SendRequest(PhoneNumber Number, TextPurpose Purpose, Guid PersonId, string? Address);
