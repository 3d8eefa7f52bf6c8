using System.Collections.Immutable;
using Sso.Admin.Resources;

namespace Sso.Admin.Files;

/// <summary>A resource in a file: every option of <c>sso resource add</c>.</summary>
internal static class ResourceFields
{
    public static readonly ImmutableArray<FileField<NewResource>> All =
    [
        FileFields.Text<NewResource>("name", resource => resource.Name, (resource, text) => resource with { Name = text ?? "" })
            with { IsNeeded = true },
        FileFields.Many<NewResource>(
            "scope", resource => resource.Scopes, (resource, list) => resource with { Scopes = [.. list] }, FileShape.Words)
            with { IsNeeded = true },
        FileFields.Text<NewResource>("client", resource => resource.ClientId, (resource, text) => resource with { ClientId = text }),
    ];
}
