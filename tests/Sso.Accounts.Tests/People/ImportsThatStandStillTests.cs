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
        var now = accounts.Now;
        var job = new ImportJob
        {
            Id = Guid.CreateVersion7(now),
            UploadedBy = "administrator:x",
            Status = status,
            CreatedAt = now.AddMinutes(-begunBefore),
            BegunAt = now.AddMinutes(-begunBefore),
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
        await accounts.WriteAsync(job);

        var found = await accounts.ReadAsync(database => database.ImportJobs.Where(ImportJob.StandsStill(now))
            .AnyAsync(row => row.Id == job.Id));
        Assert.Equal(standsStill, found);
    }
}
