using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>A start that fails where it would listen, after everything in the background has begun.</summary>
[OneDatabase]
public sealed class FailedStartTests
{
    [Fact]
    public async Task What_works_in_the_background_ends_before_the_services_that_it_works_with_are_gone()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        Work? work = null;
        await using (var app = ServerApplication.Build(
            [
                "--environment=Development", "--Urls=http://192.0.2.1:1", "--Sso:Issuer=http://localhost",
                "--Database:Provider=Sqlite", $"--Database:ConnectionString={database.ConnectionString}",
                $"--Secrets:PassphraseFile={database.PassphraseFile}", "--Delivery:Routes:0=outbox",
                $"--Delivery:Outbox:Folder={Path.Combine(database.Folder, "outbox")}",
            ],
            builder => builder.Services.AddSingleton<IHostedService>(services => work = new Work(services))))
        {
            await ServerApplication.PrepareAsync(app, TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<SettingsException>(() => ServerApplication.ListenAsync(app));
        }

        Assert.True(await work!.FoundServices);
    }

    /// <summary>Needs a service once more when it is told to end.</summary>
    private sealed class Work(IServiceProvider services) : BackgroundService
    {
        private readonly TaskCompletionSource<bool> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> FoundServices => _found.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var end = new TaskCompletionSource();
            await using var registration = stoppingToken.Register(end.SetResult);
            await end.Task;
            try
            {
                await using var scope = services.CreateAsyncScope();
                _found.SetResult(true);
            }
            catch (ObjectDisposedException)
            {
                _found.SetResult(false);
            }
        }
    }
}
