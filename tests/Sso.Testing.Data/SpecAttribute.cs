using Xunit.v3;

namespace Sso.Testing;

/// <summary>Names the section of a specification, or the id in docs/requirements.md, that a test proves, as a trait.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class SpecAttribute(string specification, string section = "") : Attribute, ITraitAttribute
{
    public string Specification => specification;

    public string Section => section;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Spec", $"{specification} {section}".Trim())];
}
