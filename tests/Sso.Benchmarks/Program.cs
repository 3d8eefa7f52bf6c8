using Sso.Benchmarks;

Func<BenchmarkServer, Task<Report>>? measure = args switch
{
    ["timing"] => Timing.MeasureAsync,
    ["flood"] => Flood.MeasureAsync,
    ["hot"] => Hot.MeasureAsync,
    ["house"] => House.MeasureAsync,
    _ => null,
};
if (measure is null)
{
    await Console.Error.WriteLineAsync(
        "dotnet run -c Release --project tests/Sso.Benchmarks -- timing | flood | hot | house   (SSO_TEST_PROVIDER names the database)");
    return 2;
}

await using var server = await BenchmarkServer.StartAsync();
var report = await measure(server);
report.Print();
return report.Failed ? 1 : 0;
