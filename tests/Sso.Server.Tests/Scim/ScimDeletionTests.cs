using System.Net;
using Sso.Data.Administrators;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Scim.ScimPeople;

namespace Sso.Server.Tests.Scim;

/// <summary>Deleting people: <c>DELETE /Users/{id}</c>, and who is out of reach of it.</summary>
[Spec("RFC 7644", "3")]
public sealed class ScimDeletionTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("RFC 7644", "3.6")]
    public async Task A_deleted_person_is_not_found_any_more()
    {
        var machine = await server.OpenPeopleAsync();
        var created = await SendAsync(machine, "POST", Root, New("cancellata"));
        var path = $"{Root}/{created["id"]}";
        Assert.Equal(HttpStatusCode.NoContent, (await machine.SendAsync("DELETE", path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.SendAsync("DELETE", path)).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(machine, "POST", Root, New("cancellata"))).Status);
    }

    [Fact]
    [Spec("S114")]
    public async Task No_program_reaches_whoever_has_a_role_in_the_console()
    {
        var machine = await server.OpenPeopleAsync();
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        Assert.Equal(HttpStatusCode.Forbidden, (await PatchAsync(machine, owner.Subject, Operation("replace", "active", false))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.SendAsync("DELETE", $"{Root}/{owner.Subject}")).Status);
    }
}
