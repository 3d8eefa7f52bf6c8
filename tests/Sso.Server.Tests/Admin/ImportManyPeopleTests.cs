using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>
/// A file of mixed hashes by the command, and people of each kind who then sign in with their old password. A few in the ordinary run; with
/// <c>SSO_MEASURE_IMPORT=10000</c> so many, with the rates in the output.
/// </summary>
[Spec("S8")]
[Spec("S150")]
public sealed class ImportManyPeopleTests(SsoServer server, ITestOutputHelper output) : IClassFixture<SsoServer>
{
    private const int MostSignIns = 1000;

    private static readonly Func<string, byte[], string>[] Kinds =
    [
        (password, _) => Convert.ToHexStringLower(Digest("MD5", Bytes(password))),
        (password, _) => Convert.ToHexStringLower(Digest("SHA1", Bytes(password))),
        (password, _) => Convert.ToHexStringLower(Digest("SHA256", Bytes(password))),
        (password, salt) => "{SSHA}" + Convert.ToBase64String([.. Digest("SHA1", [.. Bytes(password), .. salt]), .. salt]),
        (password, salt) => $"sha256${Convert.ToHexStringLower(salt)}$" + Convert.ToHexStringLower(
            Digest("SHA256", Bytes(Convert.ToHexStringLower(salt) + password))),
        (password, _) => BCrypt.Net.BCrypt.HashPassword(password, 5),
        (password, _) => BCrypt.Net.BCrypt.HashPassword(password, 10),
        (password, salt) => $"pbkdf2_sha256$1000${Convert.ToHexStringLower(salt)}$" + Convert.ToBase64String(
            Rfc2898DeriveBytes.Pbkdf2(password, Bytes(Convert.ToHexStringLower(salt)), 1000, HashAlgorithmName.SHA256, 32)),
        (password, salt) =>
            Convert.ToBase64String([0, .. salt, .. Rfc2898DeriveBytes.Pbkdf2(password, salt, 1000, HashAlgorithmName.SHA1, 32)]),
    ];

    [Fact]
    public async Task Everybody_of_a_file_of_mixed_hashes_signs_in_with_the_old_password_and_is_hashed_anew()
    {
        var count = Thoroughness.Of("SSO_MEASURE_IMPORT", Kinds.Length);
        var people = Enumerable.Range(0, count)
            .Select(index => (Name: $"massa{index}", Password: $"limone barca {index}", Kind: index % Kinds.Length)).ToList();
        var file = await WriteAsync(people);

        var watch = Stopwatch.StartNew();
        var imported = await ImportAsync(file);
        Tell("people imported", count, watch.Elapsed);
        Assert.True(imported.Code == 0, imported.Output + imported.Error);
        Assert.Equal(count, imported.Json.GetProperty("imported").GetInt32());
        await NothingWeakIsStoredAsync(file);

        var sample = count <= MostSignIns ? people : [.. people.Where((_, index) => index % (count / MostSignIns) == 0)];
        watch.Restart();
        foreach (var (name, password, kind) in sample)
        {
            await SignsInAsync(name, password, kind);
        }

        Tell("first sign-ins, one after the other", sample.Count, watch.Elapsed);
        Assert.Equal(count, (await ImportAsync(file)).Json.GetProperty("already_here").GetInt32());
    }

    private async Task<string> WriteAsync(List<(string Name, string Password, int Kind)> people)
    {
        var file = Path.Combine(server.Database.Folder, "people.jsonl");
        await File.WriteAllLinesAsync(file, people.AsParallel().AsOrdered().Select(person =>
            $$"""{"user_name":"{{person.Name}}","email":"{{person.Name}}@example.it","""
                + $$""" "password_hash":"{{Kinds[person.Kind](person.Password, RandomNumberGenerator.GetBytes(16))}}"}"""));
        return file;
    }

    private Task<CommandResult> ImportAsync(string file) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        "user", "import", file, "--json");

    /// <summary>No digest of the file is in the column, in whatever form it was written.</summary>
    private async Task NothingWeakIsStoredAsync(string file)
    {
        await using var database = server.OpenDatabase();
        var stored = string.Join(
            '\n',
            await database.Users.Where(person => person.UserName!.StartsWith("massa")).Select(person => person.PasswordHash).ToListAsync());
        var hashes = (await File.ReadAllLinesAsync(file)).Take(50).Select(line => line.Split('"')[^2]);
        foreach (var hash in hashes.Where(hash => !hash.StartsWith("$2a$10", StringComparison.Ordinal)))
        {
            var digest = hash.Split('$', '}')[^1].TrimEnd('=');
            Assert.DoesNotContain(digest, stored, StringComparison.Ordinal);
            if (digest.All(char.IsAsciiHexDigitLower))
            {
                Assert.DoesNotContain(Convert.ToBase64String(Convert.FromHexString(digest)).TrimEnd('='), stored, StringComparison.Ordinal);
            }
        }
    }

    private async Task SignsInAsync(string name, string password, int kind)
    {
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", password));
        Assert.True(page.Path == "/signin/enrol", $"{name} (kind {kind}) is at {page.Path}");
        await using var database = server.OpenDatabase();
        var stored = await database.Users.Where(person => person.UserName == name).Select(person => person.PasswordHash).SingleAsync();
        Assert.StartsWith("$", stored, StringComparison.Ordinal);
    }

    private void Tell(string what, int count, TimeSpan took) => output.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{count} {what} in {took.TotalSeconds:0.0} s: {count / took.TotalSeconds:0.0} per second ({server.Database.Provider})"));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Digest(string algorithm, byte[] data) => CryptographicOperations.HashData(new HashAlgorithmName(algorithm), data);
}
