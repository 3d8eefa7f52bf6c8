namespace Sso.Testing;

/// <summary>A server as an application knows it: by its issuer, its time, and the way there.</summary>
/// <param name="Connect">A client whose relative addresses are the server's.</param>
public sealed record Provider(string Issuer, TimeProvider Clock, Func<HttpClient> Connect);
