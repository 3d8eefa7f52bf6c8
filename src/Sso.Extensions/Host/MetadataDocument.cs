namespace Sso.Extensions.Host;

/// <summary>What an extension says in the metadata (OIDC Discovery §3, RFC 8414 §2): the host comes after it and can override it.</summary>
internal static class MetadataDocument
{
    public static OpenIddictServerBuilder Describe(
        this OpenIddictServerBuilder server, Action<HandleConfigurationRequestContext> describe) =>
        server.Handle(OpenIddictServerHandlers.Discovery.AttachAdditionalMetadata.Descriptor.Order + 500, describe);

    public static OpenIddictServerBuilder Describe<TService>(
        this OpenIddictServerBuilder server, Action<HandleConfigurationRequestContext, TService> describe)
        where TService : class => server.Describe(
            context => describe(context, context.Http.RequestServices.GetRequiredService<TService>()));

    public static OpenIddictServerBuilder Describe(this OpenIddictServerBuilder server, params string[] supported) =>
        server.Describe(context => Array.ForEach(supported, member => context.Metadata[member] = true));
}
