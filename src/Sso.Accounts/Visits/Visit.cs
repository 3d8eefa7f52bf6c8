using Sso.Admin.Brands;

namespace Sso.Accounts.Visits;

/// <summary>
/// What an act on an account knows of the browser that asks for it, and what it gives that browser to keep. The web makes one of each
/// request and carries out what was given; a test makes one out of nothing.
/// </summary>
public sealed class Visit
{
    /// <summary>As people are shown it; null if it is not known.</summary>
    public string? Address { get; init; }

    /// <summary>As limits count it: an IPv4 address, or an IPv6 /64.</summary>
    public string CountedAddress { get; init; } = "unknown";

    /// <summary>What the browser says of itself, which proves nothing; empty where it says nothing.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>What the browser brought as the handle of its session.</summary>
    public string? SessionHandle { get; init; }

    /// <summary>What the browser brought as a trusted device.</summary>
    public string? Device { get; init; }

    /// <summary>How the browser is recognised when it comes back; null on its first visit.</summary>
    public string? Browser { get; init; }

    /// <summary>Called only when something is written under the brand.</summary>
    public Func<Brand>? FindBrand { get; init; }

    /// <summary>The brand of the page; null if there is no page.</summary>
    public Brand? Brand => FindBrand?.Invoke();

    /// <summary>The handle that the browser gets in place of the one it brought; empty when it gives up the one it has.</summary>
    public string? GivenSession { get; private set; }

    /// <summary>The trusted device that the browser becomes, and for how long.</summary>
    public (string Handle, TimeSpan Life)? GivenDevice { get; private set; }

    public void GiveSession(string handle) => GivenSession = handle;

    public void TakeSession() => GivenSession = "";

    public void GiveDevice(string handle, TimeSpan life) => GivenDevice = (handle, life);
}
