using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Data;

/// <summary>What the model asks of the options on every provider.</summary>
public static class SsoModelOptions
{
    /// <summary>Identity's context maps claims, logins and tokens, and we ignore them on purpose.</summary>
    public static DbContextOptionsBuilder UseSsoModel(this DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.MappedEntityTypeIgnoredWarning));
}
