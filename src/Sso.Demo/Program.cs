using System.Runtime.InteropServices;
using Sso.Demo;

if (DemoOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(DemoOptions.Usage);
    return 2;
}

if (Ports.Take(options.SsoPort) is not { } ssoPort)
{
    return PortTaken(options.SsoPort, "--sso-port");
}

if (Ports.Take(options.ClientPort, ssoPort) is not { } clientPort)
{
    return PortTaken(options.ClientPort, "--client-port");
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

await using var demo = new DemoRun(ssoPort, clientPort, options.SecondFactor, options.Server ?? Programs.Server);
try
{
    if (!options.IsBuilt)
    {
        await Builder.BuildAsync(stop.Token);
    }

    Console.WriteLine("Starting both with a fresh database…");
    await demo.StartAsync(stop.Token);
    Console.WriteLine($"""

          Client area      {demo.ClientUrl}   (open this one)
          Sso              {demo.Issuer}
          Sign in as       {DemoScript.UserName}
          Password         {DemoScript.Password}
          Text messages    {demo.Issuer}/dev/phone   (any Italian mobile number will do, such as 312 345 6789)
          Mails            {demo.Issuer}/dev/mail

        To register an application of your own, in another terminal:

          {demo.CommandToRegister}

        Press Ctrl-C to stop. The database is deleted then.
        """);
    await Task.WhenAny(demo.SomethingEnded, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token));
    if (stop.IsCancellationRequested)
    {
        Console.WriteLine("Stopping…");
        return 0;
    }

    Console.Error.WriteLine($"A program ended by itself:{Environment.NewLine}{demo.LastWords()}");
    return 1;
}
catch (DemoException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 0;
}

void Stop(PosixSignalContext context)
{
    // The default would end this program before it could end the other two.
    context.Cancel = true;
    stop.Cancel();
}

static int PortTaken(int port, string option)
{
    Console.Error.WriteLine(
        $"Port {port} is in use by another program (another demo?). Stop that one, or choose another port: {option} {port + 1}");
    return 1;
}
