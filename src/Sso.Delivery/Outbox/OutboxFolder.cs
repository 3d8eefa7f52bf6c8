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
            throw new InvalidOperationException("Delivery:Routes names the development outbox, which exists in the Development environment only.");
        }

        Path = options.Value.Outbox.Folder ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), "sso-outbox");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string Path { get; }
}
