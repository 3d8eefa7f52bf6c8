using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sso.Server.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

[OneDatabase]
public sealed class CommandJsonTests
{
    /// <summary>The context has a property for each type that can occur in an answer, however deep.</summary>
    public static TheoryData<Type> Enumerations =>
    [
        .. typeof(CommandJson).GetProperties().Where(property => property.PropertyType.IsGenericType
            && property.PropertyType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
            .Select(property => property.PropertyType.GenericTypeArguments[0]).Where(type => type.IsEnum),
    ];

    [Theory, MemberData(nameof(Enumerations))]
    public void An_enumeration_is_written_as_its_words(Type enumeration)
    {
        foreach (var value in Enum.GetValues(enumeration))
        {
            Assert.Matches("^\"[a-z0-9_-]+\"$", JsonSerializer.Serialize(value, enumeration, CommandJson.Readable));
        }
    }
}
