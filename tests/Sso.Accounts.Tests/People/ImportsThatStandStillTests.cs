using Microsoft.EntityFrameworkCore;
using Sso.Data.Imports;
using Xunit;

namespace Sso.Accounts.Tests.People;

/// <summary>When an import that was confirmed is said to stand still.</summary>
public sealed class ImportsThatStandStillTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Theory]
    [InlineData(ImportJobStatus.Running, 6, null, 0, true)]
    [InlineData(ImportJobStatus.Running, 4, null, 0, false)]
    [InlineData(ImportJobStatus.Running, 90, -6, 1, true)]
    [InlineData(ImportJobStatus.Running, 90, -4, 1, false)]
    [InlineData(ImportJobStatus.Running, 90, 3, 2, false)]
    [InlineData(ImportJobStatus.Running, 90, 3, 3, true)]
    [InlineData(ImportJobStatus.Checked, 90, null, 0, false)]
    [InlineData(ImportJobStatus.Done, 90, null, 9, false)]
    public async Task It_does_when_nobody_works_on_it_for_five_minutes_or_three_tries_wrote_nothing(
        ImportJobStatus status, int begunBefore, int? leasedFor, int attempts, bool standsStill)
    {
        var job = Job(status, begunBefore, leasedFor, attempts);
        Assert.Equal(standsStill, (await FoundAmongAsync(job)).Contains(job.Id));
    }

    [Theory]
    [InlineData(ImportJobStatus.Running, 3, null, 0, false)]
    [InlineData(ImportJobStatus.Running, 3, -6, 1, false)]
    [InlineData(ImportJobStatus.Running, -6, null, 0, true)]
    [InlineData(ImportJobStatus.Running, 3, -6, 3, true)]
    [InlineData(ImportJobStatus.Stopped, 3, null, 0, true)]
    public async Task It_waits_and_does_not_stand_still_while_another_is_being_imported(
        ImportJobStatus other, int otherLeasedFor, int? leasedFor, int attempts, bool standsStill)
    {
        var waiting = Job(ImportJobStatus.Running, 90, leasedFor, attempts);
        var found = await FoundAmongAsync(waiting, Job(other, 91, otherLeasedFor, 1));
        Assert.Equal(standsStill, found.Contains(waiting.Id));
    }

    [Theory]
    [InlineData(ImportJobStatus.GivenUp, 59, true)]
    [InlineData(ImportJobStatus.GivenUp, 61, false)]
    [InlineData(ImportJobStatus.Stopped, 59, false)]
    [InlineData(ImportJobStatus.Done, 59, false)]
    public async Task One_that_was_given_up_is_told_for_an_hour(ImportJobStatus status, int endedBefore, bool told)
    {
        var job = Job(status, 90, leasedFor: null, attempts: 0, endedBefore);
        Assert.Equal(told, (await FoundAmongAsync(job)).Contains(job.Id));
    }

    /// <summary>There are no others then.</summary>
    private async Task<List<Guid>> FoundAmongAsync(params ImportJob[] jobs)
    {
        await accounts.ReadAsync(database => database.ImportJobs.ExecuteDeleteAsync());
        await accounts.WriteAsync([.. jobs]);
        return await accounts.ReadAsync(database => database.ImportsInTrouble(accounts.Now).Select(job => job.Id).ToListAsync());
    }

    private ImportJob Job(ImportJobStatus status, int begunBefore, int? leasedFor, int attempts, int? endedBefore = null)
    {
        var now = accounts.Now;
        return new()
        {
            Id = Guid.CreateVersion7(now),
            UploadedBy = "administrator:x",
            Status = status,
            CreatedAt = now.AddMinutes(-begunBefore),
            BegunAt = now.AddMinutes(-begunBefore),
            EndedAt = endedBefore is { } ago ? now.AddMinutes(-ago) : null,
            ExpiresAt = now.AddHours(1),
            EmailsAreVerified = false,
            PhonesAreVerified = false,
            Lines = 1,
            Good = 1,
            AlreadyHere = 0,
            Refused = 0,
            WithSecondFactor = 0,
            Wrapped = 0,
            PhonesLeftOut = 0,
            Attempts = attempts,
            LeasedUntil = leasedFor is { } minutes ? now.AddMinutes(minutes) : null,
        };
    }
}
