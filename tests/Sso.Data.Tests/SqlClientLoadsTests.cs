using System.Data;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.Data.SqlClient;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>Holds the stand-in for Microsoft.SqlServer.Server to what Microsoft.Data.SqlClient asks of that assembly.</summary>
public sealed class SqlClientLoadsTests
{
    private const string StandIn = "Microsoft.SqlServer.Server";

    [Fact]
    public async Task A_command_with_a_parameter_meets_a_closed_port_and_not_a_missing_assembly()
    {
        await using var connection = new SqlConnection(
            $"Server=tcp:127.0.0.1,{ClosedPort()};User ID=nobody;Password=none;Encrypt=false;Connect Timeout=5;ConnectRetryCount=0");
        await using var command = new SqlCommand("SELECT @number", connection);

        // Finding the type of a parameter from its value is where SqlClient loads the assembly, and it comes before the network.
        Assert.Equal(SqlDbType.Int, command.Parameters.AddWithValue("@number", 1).SqlDbType);
        Assert.Contains(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == StandIn);

        await Assert.ThrowsAsync<SqlException>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_type_and_member_that_SqlClient_refers_to_is_there()
    {
        var sqlClient = typeof(SqlConnection).Assembly;
        using var file = new PEReader(File.OpenRead(sqlClient.Location));
        var metadata = file.GetMetadataReader();

        var reference = metadata.AssemblyReferences.Single(handle =>
            metadata.StringComparer.Equals(metadata.GetAssemblyReference(handle).Name, StandIn));
        var types = metadata.TypeReferences.Where(handle => metadata.GetTypeReference(handle).ResolutionScope == reference).ToList();
        var members = metadata.MemberReferences.Where(handle =>
            types.Exists(type => metadata.GetMemberReference(handle).Parent == type)).ToList();

        Assert.NotEmpty(types);
        Assert.NotEmpty(members);
        Assert.NotNull(Assembly.Load(metadata.GetAssemblyReference(reference).GetAssemblyName()));
        Assert.All(types, handle => Assert.NotNull(sqlClient.ManifestModule.ResolveType(MetadataTokens.GetToken(handle))));
        Assert.All(members, handle => Assert.NotNull(sqlClient.ManifestModule.ResolveMember(MetadataTokens.GetToken(handle))));
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
