using System.Collections.Immutable;
using Sso.Admin.Brands;
using Sso.Admin.Clients;
using Sso.Admin.Resources;
using Sso.Data;
using Sso.Data.Files;

namespace Sso.Admin.Files;

/// <summary>What a file may hold, in the order in which it is applied: applications have brands, and exchange for resources.</summary>
public sealed class FileSections(
    SsoDbContext database,
    AddBrand addBrand, ChangeBrand changeBrand, RemoveBrand removeBrand,
    AddResource addResource, ChangeResource changeResource, RemoveResource removeResource,
    AddClient addClient, ChangeClient changeClient, RemoveClient removeClient, SwitchClient switchClient)
{
    internal ImmutableArray<FileSection> All { get; } =
    [
        new BrandSection(database, addBrand, changeBrand, removeBrand),
        new ResourceSection(database, addResource, changeResource, removeResource),
        new ClientSection(database, addClient, changeClient, removeClient, switchClient),
    ];

    internal FileSection Of(AppliedKind kind) => All.Single(section => section.Kind == kind);
}
