using Testcontainers.MsSql;

namespace Sso.Testing;

/// <summary>
/// SQL Server for the tests: the server that <c>SSO_TEST_SQLSERVER</c> names, else a container of this process, where a Docker engine
/// answers. It is looked for once, and only when a test asks.
/// </summary>
internal static class SqlServerEngine
{
    /// <summary>As tests/run.sh looks for it.</summary>
    private const string Image = "mcr.microsoft.com/mssql/server:2022-CU14-ubuntu-22.04";

    private static readonly Lazy<(string? ConnectionString, string? WhyNot)> Found = new(Find);

    /// <summary>Why there is none; null when there is one.</summary>
    public static string? WhyNot => Found.Value.WhyNot;

    public static string ConnectionString => Found.Value.ConnectionString ?? throw new InvalidOperationException(WhyNot);

    private static (string? ConnectionString, string? WhyNot) Find()
    {
        if (Environment.GetEnvironmentVariable("SSO_TEST_SQLSERVER") is { Length: > 0 } named)
        {
            return (named, null);
        }

        try
        {
            // Removed by the companion container of Testcontainers when this process has ended, however it ends.
            var container = new MsSqlBuilder(Image).Build();
            Task.Run(() => container.StartAsync()).GetAwaiter().GetResult();
            return (container.GetConnectionString(), null);
        }
        // No engine, or one that cannot have the image: whichever it is, the skipped test says so.
        catch (Exception exception)
        {
            return (null, $"SSO_TEST_SQLSERVER is not set, and no container starts: {exception.Message.Split('\n')[0].Trim()}");
        }
    }
}
