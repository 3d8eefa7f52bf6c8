using System.Reflection.Metadata;
using System.Text;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>What is published tells nobody where it was built: stack traces end in logs, and logs with whoever helps.</summary>
[OneDatabase]
public sealed class BuiltPathsTests
{
    public static TheoryData<string> Libraries =>
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.pdb").Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(IsOurs),
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Neither_a_library_nor_its_symbols_name_a_folder_of_the_machine_that_built_it(string library)
    {
#if DEBUG
        Assert.Skip("A build for debugging names the sources.");
#endif
        var file = Path.Combine(AppContext.BaseDirectory, library);
        Assert.DoesNotContain(Repository.Root, Encoding.Latin1.GetString(File.ReadAllBytes(file + ".dll")), StringComparison.Ordinal);
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(file + ".pdb"));
        var reader = symbols.GetMetadataReader();
        Assert.All(
            reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)),
            name => Assert.True(!Path.IsPathRooted(name) || name.StartsWith("/_/", StringComparison.Ordinal), name));
    }

    private static bool IsOurs(string library) =>
        library is "sso" or "Sso.Accounts" or "Sso.Admin" or "Sso.Delivery" or "Sso.Extensions" or "Sso.Protocol" or "Sso.Settings"
        || library.StartsWith("Sso.Data", StringComparison.Ordinal) && !library.EndsWith("Tests", StringComparison.Ordinal);
}
