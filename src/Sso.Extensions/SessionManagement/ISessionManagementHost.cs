namespace Sso.Extensions.SessionManagement;

/// <summary>What session management needs from the host.</summary>
public interface ISessionManagementHost
{
    /// <summary>Changes with the session. The script of the frame, which other sites load, reads it; it is of no use elsewhere.</summary>
    string Cookie { get; }

    /// <summary>The origins of registered clients, as browsers write them: the frame answers no other.</summary>
    IEnumerable<string> Origins { get; }

    /// <summary>The cookie of the browser that gets this answer; null for one that nobody watches, such as one without openid.</summary>
    string? StateFor(OpenIddictServerTransaction transaction);
}
