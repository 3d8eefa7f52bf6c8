namespace Sso.Data.Factors;

/// <summary>The most attempts allowed in a window, counted under a key of <see cref="AttemptCounter.KeyOf"/>.</summary>
public sealed record AttemptLimit(byte[] Key, int Most, TimeSpan Window);
