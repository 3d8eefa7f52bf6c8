using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sso.Data;

/// <summary>What the model needs of the options on every provider.</summary>
public static class SsoModelOptions
{
    /// <summary>
    /// Identity's context maps claims, logins and tokens, and we ignore them on purpose. A failed statement is logged by whoever catches
    /// it, at the level of what it means: an insert that lost its race is the answer to a question, not an error.
    /// </summary>
    /// <remarks>Whatever is registered as <see cref="ISaveChangesInterceptor"/> sees each save.</remarks>
    public static DbContextOptionsBuilder UseSsoModel(this DbContextOptionsBuilder options, IServiceProvider services) =>
        options.AddInterceptors(services.GetServices<ISaveChangesInterceptor>())
            .ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.MappedEntityTypeIgnoredWarning)
                .Log((CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug)));
}
