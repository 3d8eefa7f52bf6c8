using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sso.Server.Http;

namespace Sso.Server.Doctor;

/// <summary>Whether <c>sso serve</c> could listen where the settings say, or does already. Nothing is listened at.</summary>
internal sealed class ListeningExamination(SsoOptions sso, IConfiguration configuration, CertificateExamination certificates)
{
    private const string Subject = "listening";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellation)
    {
        List<Finding> findings = [];
        foreach (var address in AddressesOf(configuration))
        {
            findings.Add(await ExamineAsync(address, cancellation));
        }

        return [.. findings, .. certificates.Examine()];
    }

    /// <summary>As the framework reads them: what comes first here takes the place of what follows.</summary>
    public static IReadOnlyList<string> AddressesOf(IConfiguration configuration)
    {
        string[][] ways =
        [
            [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()],
            Parts(configuration["Urls"]),
            [
                .. Parts(configuration["HTTP_PORTS"]).Select(port => $"http://*:{port}"),
                .. Parts(configuration["HTTPS_PORTS"]).Select(port => $"https://*:{port}"),
            ],
            ["http://localhost:5000"],
        ];
        return ways.First(way => way.Length > 0);

        static string[] Parts(string? text) =>
            (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private async Task<Finding> ExamineAsync(string text, CancellationToken cancellation)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return NoAddress(text);
        }

        if (address.Port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            return NoAddress(text);
        }

        if (address.IsUnixPipe)
        {
            return Directory.Exists(Path.GetDirectoryName(address.UnixPipePath))
                ? Finding.Good(Subject, $"{text} is in a folder that is there.")
                : Finding.Wrong(Subject, $"{text} is in a folder that is not there.", "Make the folder, for the account of the server.");
        }

        try
        {
            foreach (var place in PlacesOf(address))
            {
                // Bound and not listening: whoever comes meanwhile is refused as before.
                using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (place.Address.Equals(IPAddress.IPv6Any))
                {
                    socket.DualMode = true;
                }

                socket.Bind(place);
            }

            return Finding.Good(Subject, $"{text} is free for the server.");
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => await IsOursAsync(address, cancellation)
                    ? Finding.Good(Subject, $"At {text} this server is at work.")
                    : Finding.Wrong(
                        Subject, $"At {text} another program listens, or a server with another issuer.",
                        "Stop it (ss -ltnp names it), or change Urls."),
                SocketError.AccessDenied => Finding.NotExamined(
                    Subject, $"The account {Environment.UserName} may not listen at {text}.",
                    "Ports below 1024 need a right that this command lacks: deploy/sso.service has the lines that give it to the server."),
                SocketError.AddressNotAvailable => Finding.Wrong(
                    Subject, $"{text} is no address of this machine.", "Name one that it has in Urls, or * for all of them."),
                _ => Finding.Wrong(Subject, $"The server cannot listen at {text}: {exception.Message}.", "Correct Urls."),
            };
        }
    }

    private static Finding NoAddress(string text) =>
        Finding.Wrong(Subject, $"{text} is no address to listen at.", "Write http://127.0.0.1:5000 in Urls, or https://*:443.");

    /// <summary>As Kestrel takes a host: a name that is no address means all of them.</summary>
    private static IEnumerable<IPEndPoint> PlacesOf(BindingAddress address)
    {
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return [new(IPAddress.Loopback, address.Port)];
        }

        return IPAddress.TryParse(address.Host, out var known)
            ? [new(known, address.Port)]
            : [new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Port)];
    }

    /// <summary>Whether what listens there has our issuer. The certificate does not matter: nothing is told to it.</summary>
    private async Task<bool> IsOursAsync(BindingAddress address, CancellationToken cancellation)
    {
        var host = IPAddress.TryParse(address.Host, out var known) && !known.Equals(IPAddress.Any) && !known.Equals(IPAddress.IPv6Any)
            ? address.Host
            : "localhost";
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = Patience };
        handler.SslOptions.TargetHost = sso.IssuerUri.IdnHost;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var http = new HttpClient(handler) { Timeout = Patience };
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"{address.Scheme}://{host}:{address.Port}{sso.IssuerUri.AbsolutePath.TrimEnd('/')}/.well-known/openid-configuration");
        request.Headers.Host = sso.IssuerUri.Authority;
        try
        {
            using var answer = await http.SendAsync(request, cancellation);
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            return document.RootElement.GetProperty("issuer").GetString() == sso.Issuer;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or KeyNotFoundException
            or InvalidOperationException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
