namespace Sso.Protocol.Clients;

/// <summary>
/// The scopes of our own API, and which clients may have them: machines that prove themselves by a key or a certificate, never by a secret
/// that both sides know.
/// </summary>
public static class ApiScopes
{
    public const string ReadApps = "sso.apps.read";
    public const string WriteApps = "sso.apps.write";
    public const string ReadPeople = "sso.people.read";
    public const string WritePeople = "sso.people.write";
    public const string ReadAudit = "sso.audit.read";
    public const string ReadWebhooks = "sso.webhooks.read";

    /// <summary>As much as reading every event to come: who has it may have them sent anywhere.</summary>
    public const string WriteWebhooks = "sso.webhooks.write";

    public static readonly FrozenSet<string> All =
        [ReadApps, WriteApps, ReadPeople, WritePeople, ReadAudit, ReadWebhooks, WriteWebhooks];

    /// <summary>The record of events names the client of an act in a column of 100 characters.</summary>
    private const int LongestId = 90;

    /// <summary>The indicator of the API as a protected resource (RFC 8707 §2), and the audience of its tokens.</summary>
    public static string ResourceOf(string issuer) => issuer + "/api";

    public static bool AreAmong(IEnumerable<string> scopes) => scopes.Any(All.Contains);

    public static bool MayHave(Client client) =>
        client is { Type: ClientType.Machine, IsUnverified: false, Id.Length: <= LongestId }
        && (client.AuthenticationMethod == ClientAuthenticationMethod.PrivateKeyJwt || client.AuthenticationMethod.IsByCertificate());

    /// <summary>What counts of the scopes of a registration, however they came into its row.</summary>
    public static IReadOnlyList<string> Counting(Client client) =>
        AreAmong(client.Scopes) && !MayHave(client) ? [.. client.Scopes.Where(scope => !All.Contains(scope))] : client.Scopes;
}
