namespace Sso.Data.Operations;

/// <summary>What every node reads each second.</summary>
/// <param name="EventsWait">Some security events are not sealed yet.</param>
/// <param name="DatabaseTime">Null if the database has no clock of its own.</param>
public sealed record Polled(long Clients, long Keys, long Brands, long Webhooks, bool EventsWait, DateTimeOffset? DatabaseTime);
