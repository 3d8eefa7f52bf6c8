namespace Sso.Server.Operations;

/// <summary>Who acts in a request, if that is not the person whom its events are about.</summary>
internal static class RequestActor
{
    private static readonly object Key = new();

    public static void Set(HttpContext http, string actor) => http.Items[Key] = actor;

    public static string? Of(HttpContext http) => http.Items[Key] as string;
}
