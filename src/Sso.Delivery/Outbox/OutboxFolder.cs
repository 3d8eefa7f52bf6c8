using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Outbox;

/// <summary>The folder of the development outbox. It cannot be made outside Development, and neither can what needs it.</summary>
internal sealed class OutboxFolder
{
    public OutboxFolder(IOptions<DeliveryOptions> options, IHostEnvironment environment)
    {
        if (!environment.IsDevelopment())
        {
            throw new InvalidOperationException(
                "Delivery:Routes names the development outbox, which exists in the Development environment only.");
        }

        Path = Make(PathOf(options.Value));
    }

    internal static string PathOf(DeliveryOptions options) =>
        options.Outbox.Folder ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), "sso-outbox");

    /// <summary>A folder that nobody else can open, even if it existed before.</summary>
    internal static string Make(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public string Path { get; }
}
