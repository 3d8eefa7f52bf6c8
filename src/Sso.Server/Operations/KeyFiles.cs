using System.Text;

namespace Sso.Server.Operations;

/// <summary>Files that only the account of the service may read.</summary>
internal static class KeyFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Windows has no such modes.</summary>
    public static bool IsReadableByOthers(string file) =>
        !OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & Others) != 0;

    public static void KeepFromOthers(string file)
    {
        if (!OperatingSystem.IsWindows() && IsReadableByOthers(file))
        {
            File.SetUnixFileMode(file, OwnerOnly);
        }
    }

    /// <summary>
    /// Writes the text of a new key, never readable by others in between, and never half of it: a process that is killed while writing
    /// leaves no file of that name. Of two at once, the first makes the key.
    /// </summary>
    public static void Create(string file, string text)
    {
        var draft = $"{file}.{Environment.ProcessId}";
        Write(draft, text);
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }

    /// <summary>To be written; the content of a file of that name is lost, and its mode stays.</summary>
    public static FileStream Open(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(file, options);
    }

    private static void Write(string file, string text)
    {
        using var stream = Open(file);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }
}
