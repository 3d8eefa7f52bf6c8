namespace Sso.Delivery.Spending;

/// <summary>Why a text may not leave.</summary>
/// <param name="Wait">When it may be asked for again; null when no wait helps, because one text costs more than may be spent.</param>
/// <param name="IsOwn">True when who asks had too many; false when nothing goes there for now, whoever asks.</param>
public sealed record SendStop(TimeSpan? Wait, bool IsOwn);
