using System.Collections.Immutable;
using Sso.Data.Clients;

namespace Sso.Admin.Resources;

/// <summary>A protected resource as an operator reads it.</summary>
public sealed record ResourceView(string Resource, string Name, ImmutableArray<string> Scopes, string? ClientId, DateTimeOffset CreatedAt)
{
    public static ResourceView Of(ResourceRegistration resource) =>
        new(resource.Id, resource.Name, [.. resource.Scopes], resource.ClientId, resource.CreatedAt);
}
