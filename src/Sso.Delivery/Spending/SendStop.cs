namespace Sso.Delivery.Spending;

/// <summary>Why a text may not leave.</summary>
/// <param name="Wait">When it may be asked for again; null if no wait helps, because one text costs more than may be spent.</param>
/// <param name="IsOwn">True if the person who asks had too many; false if nothing goes there for now, whoever asks.</param>
public sealed record SendStop(TimeSpan? Wait, bool IsOwn);
