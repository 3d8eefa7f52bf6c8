using System.Data;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>What a published server carries is enough for Microsoft.Data.SqlClient, although one of its packages is left out.</summary>
public sealed class SqlClientLoadsTests
{
    [Fact]
    public async Task A_command_with_a_parameter_meets_a_closed_port_and_not_a_missing_assembly()
    {
        await using var connection = new SqlConnection(
            $"Server=tcp:127.0.0.1,{ClosedPort()};User ID=nobody;Password=none;Encrypt=false;ConnectRetryCount=0");
        await using var command = new SqlCommand("SELECT @number", connection);

        // Finding the type of a parameter from its value is where SqlClient loads its assembly for user-defined types.
        Assert.Equal(SqlDbType.Int, command.Parameters.AddWithValue("@number", 1).SqlDbType);

        await Assert.ThrowsAsync<SqlException>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(SqlAuthenticationMethod.ActiveDirectoryServicePrincipal)]
    [InlineData(SqlAuthenticationMethod.ActiveDirectoryManagedIdentity)]
    [InlineData(SqlAuthenticationMethod.ActiveDirectoryWorkloadIdentity)]
    [InlineData(SqlAuthenticationMethod.ActiveDirectoryDefault)]
    public async Task A_server_signs_in_to_Entra_without_the_windows_that_are_left_out(SqlAuthenticationMethod method)
    {
        var authority = $"https://127.0.0.1:{ClosedPort()}/tenant";
        var asked = new Parameters(method, authority);

        // Nobody answers there; what matters is that nothing is missing on the way.
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => new ActiveDirectoryAuthenticationProvider().AcquireTokenAsync(asked));

        for (var cause = refusal; cause is not null; cause = cause.InnerException)
        {
            Assert.False(cause is FileNotFoundException or TypeLoadException or MissingMethodException, refusal.ToString());
        }
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Parameters(SqlAuthenticationMethod method, string authority) : SqlAuthenticationParameters(
        method, "127.0.0.1", "sso", "https://database.windows.net/", authority, "nobody", "none", Guid.Empty, connectionTimeout: 1);
}
