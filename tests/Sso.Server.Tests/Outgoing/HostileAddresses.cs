using Xunit;

namespace Sso.Server.Tests.Outgoing;

/// <summary>
/// Spellings of hosts that are not on the public internet: each is refused when it is saved, and again when it is used.
/// </summary>
internal static class HostileAddresses
{
    /// <summary>The name that the tests resolve to addresses inside.</summary>
    public const string Rebound = "https://rebound.example/jwks";

    public static readonly string[] Refused =
    [
        // Loopback, in the spellings that parsers understand.
        "https://127.0.0.1/", "https://127.0.0.1:443/", "https://127.1/", "https://127.0.1/",
        "https://127.255.255.254/", "https://0x7f000001/", "https://0x7f.0.0.1/",
        "https://0177.0.0.1/", "https://2130706433/", "https://017700000001/",
        "https://127.0.0.1./", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/",
        "https://%31%32%37.0.0.1/", "https://①②⑦.⓪.⓪.①/", "https://１２７.0.0.1/",
        // The same inside IPv6.
        "https://[::ffff:7f00:1]/", "https://[::ffff:127.0.0.1]/", "https://[::127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b:1::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001:0:7f00:1::]/",
        "https://[::ffff:0:127.0.0.1]/", "https://[fe80::1%25eth0]/",
        // Unspecified.
        "https://0.0.0.0/", "https://0/", "https://[::]/", "https://0.1.2.3/",
        // Private, shared, link-local, unique-local.
        "https://10.0.0.1/", "https://10.255.255.255/", "https://172.16.0.1/",
        "https://172.31.255.255/", "https://192.168.1.1/", "https://100.64.0.1/",
        "https://100.127.255.255/", "https://169.254.169.254/", "https://169.254.170.2/",
        "https://0xa9fea9fe/", "https://2852039166/", "https://[fe80::1]/",
        "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[fec0::1]/",
        // Multicast, broadcast, reserved, benchmarks, documentation.
        "https://224.0.0.1/", "https://239.255.255.250/", "https://[ff02::1]/",
        "https://255.255.255.255/", "https://240.0.0.1/", "https://198.18.0.1/",
        "https://192.0.0.192/", "https://192.0.2.1/", "https://198.51.100.1/",
        "https://203.0.113.1/", "https://[2001:db8::1]/", "https://[3fff::1]/", "https://[100::1]/",
        "https://192.88.99.1/", "https://168.63.129.16/", "https://100.100.100.200/",
        // Names of the inside, of clouds, and our own.
        "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://localhost:443/",
        "https://a.localhost/", "https://intranet/", "https://printer.local/",
        "https://localhost.localdomain/", "https://db.internal/",
        "https://metadata.google.internal/", "https://metadata/", "https://metadata.goog/",
        "https://instance-data/", "https://1.0.0.127.in-addr.arpa/", "https://router.home.arpa/",
        "https://nas.lan/", "https://sso.test/", "https://SSO.test/jwks",
        // Other schemes, ports and shapes.
        "http://app.example/", "http://app.example:443/", "ftp://app.example/",
        "file:///etc/passwd", "gopher://app.example/", "//app.example/", "app.example", "",
        "https://app.example:8443/", "https://app.example:22/", "https://app.example:80/",
        "https://app.example:0/", "https://app.example:/", "https://app.example:0443/",
        "https://user@app.example/", "https://user:password@app.example/",
        "https://app.example@127.0.0.1/", "https://app.example\\@127.0.0.1/",
        "https://app.example./", "https://127.0.0.1\\.app.example/", "https:app.example",
        "https:///app.example/", "https://app.example/\r\nHost: localhost",
        "https://app.example /", "https://аpp.example/", "unix:///var/run/docker.sock", "https://", "https://#@127.0.0.1/",
    ];

    public static TheoryData<string> All => [.. Refused];
}
