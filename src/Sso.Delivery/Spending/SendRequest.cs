using Sso.Data.Delivery;

namespace Sso.Delivery.Spending;

/// <summary>Who wants a text, and for what. The address comes as it is counted everywhere: IPv4 whole, IPv6 by its /64.</summary>
public sealed record SendRequest(PhoneNumber Number, TextPurpose Purpose, Guid PersonId, string Address);
