using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// By what of a change an application asks less of people at a sign-in: a second factor less often, or one that somebody else comes by more
/// easily.
/// </summary>
/// <param name="Fields">Each with its value before and after; the higher is the looser.</param>
public sealed record LooserPolicy(ImmutableArray<LooserField> Fields)
{
    private static readonly ImmutableArray<PolicyField> Known =
    [
        new(
            "second_factor", client => (int)client.SecondFactor,
            (client, value) => client with { SecondFactor = (SecondFactorPolicy)value },
            value => $"{(SecondFactorPolicy)value}"),
        new("grace_sign_ins", client => client.GraceSignIns, (client, value) => client with { GraceSignIns = value }, value => value),
        Switch(
            "accepts_text_messages", client => client.AcceptsTextMessages,
            (client, value) => client with { AcceptsTextMessages = value }),
        Switch("accepts_mail_codes", client => client.AcceptsMailCodes, (client, value) => client with { AcceptsMailCodes = value }),
        Switch(
            "accepts_trusted_devices", client => client.AcceptsTrustedDevices,
            (client, value) => client with { AcceptsTrustedDevices = value }),
    ];

    /// <summary>Null if a change asks nothing less.</summary>
    public static LooserPolicy? Of(Client before, Client after)
    {
        ImmutableArray<LooserField> looser =
        [
            .. Known.Select(field => new LooserField(field.Name, field.Read(before), field.Read(after)))
                .Where(field => field.After > field.Before),
        ];
        return looser.IsEmpty ? null : new(looser);
    }

    /// <summary>Null if a new application asks as much as one of which nothing was said.</summary>
    public static LooserPolicy? ThanUsual(Client wanted) =>
        Of(new() { Id = wanted.Id, Name = wanted.Name, Type = wanted.Type }, wanted);

    /// <summary>True while the application still is what this was proposed for.</summary>
    public bool IsOf(Client current) => Fields.All(field => Find(field.Name).Read(current) == field.Before);

    /// <summary>The application with it.</summary>
    public Client In(Client current) => Fields.Aggregate(current, (client, field) => Find(field.Name).Write(client, field.After));

    /// <summary>The application without it, whatever else was changed.</summary>
    public Client OutOf(Client wanted) => Fields.Aggregate(wanted, (client, field) => Find(field.Name).Write(client, field.Before));

    /// <summary>For the record of events, in its words.</summary>
    public JsonObject ToChanges() => RecordedChanges.Of(
        [.. Fields.Select(field => (field.Name, Find(field.Name).Say(field.Before), Find(field.Name).Say(field.After)))]);

    /// <summary>As a proposal keeps it.</summary>
    public string Store() => new JsonObject(
        Fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)new JsonArray(field.Before, field.After)))).ToJsonString();

    public static LooserPolicy Read(string stored) => new(
    [
        .. JsonNode.Parse(stored)!.AsObject().Select(
            field => new LooserField(field.Key, field.Value![0]!.GetValue<int>(), field.Value[1]!.GetValue<int>())),
    ]);

    private static PolicyField Find(string name) => Known.Single(field => field.Name == name);

    private static PolicyField Switch(string name, Func<Client, bool> read, Func<Client, bool, Client> write) =>
        new(name, client => read(client) ? 1 : 0, (client, value) => write(client, value != 0), value => value != 0);

    private sealed record PolicyField(
        string Name, Func<Client, int> Read, Func<Client, int, Client> Write, Func<int, JsonNode?> Say);
}

/// <summary>What an application asked, and would ask.</summary>
/// <param name="Name">As the API and the record of events call it.</param>
public sealed record LooserField(string Name, int Before, int After);
