using System.Net;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Scim.ScimPeople;

namespace Sso.Server.Tests.Scim;

/// <summary>What the server says of itself: <c>/Schemas</c> and its neighbours.</summary>
[OneDatabase]
[Spec("RFC 7644", "3")]
public sealed class ScimDocumentsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("RFC 7643", "5")]
    [Spec("RFC 7643", "6")]
    [Spec("RFC 7643", "7")]
    [Spec("RFC 7644", "4")]
    public async Task The_documents_say_what_is_supported_and_are_found_by_their_names()
    {
        var machine = await server.OpenPeopleAsync();
        var config = (await machine.GetAsync("/scim/v2/ServiceProviderConfig")).Json;
        Assert.True(config["patch"]!["supported"]!.GetValue<bool>() && config["etag"]!["supported"]!.GetValue<bool>());
        Assert.False(config["bulk"]!["supported"]!.GetValue<bool>() || config["changePassword"]!["supported"]!.GetValue<bool>());
        var type = (await machine.GetAsync("/scim/v2/ResourceTypes/User")).Json;
        Assert.Equal(("/Users", Schema), (type["endpoint"]!.GetValue<string>(), type["schema"]!.GetValue<string>()));
        Assert.Equal(1, (await machine.GetAsync("/scim/v2/ResourceTypes")).Json["totalResults"]!.GetValue<int>());
        var schema = (await machine.GetAsync("/scim/v2/Schemas/" + Schema)).Json;
        var declared = schema["attributes"]!.AsArray().Select(attribute => attribute!["name"]!.GetValue<string>()).ToList();
        Assert.Equal(schema.ToJsonString(), (await machine.GetAsync("/scim/v2/Schemas")).Json["Resources"]![0]!.ToJsonString());

        // What a user has is what the schema declares.
        var user = (await SendAsync(machine, "POST", Root, New("dichiarata"))).Json;
        Assert.Subset(declared.ToHashSet(), user.Select(member => member.Key).Except(["schemas", "id", "meta"]).ToHashSet());
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.GetAsync("/scim/v2/Schemas?filter=x")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync("/scim/v2/Schemas/none")).Status);
    }
}
