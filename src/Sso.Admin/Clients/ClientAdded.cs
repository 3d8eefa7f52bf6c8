using System.Collections.Immutable;

namespace Sso.Admin.Clients;

/// <summary>A new client. The secret exists only in this answer: the database has its hash.</summary>
public sealed record ClientAdded(ClientView Client, string? Secret, ImmutableArray<string> Warnings)
{
    public override string ToString() => $"client {Client.Id}";
}
