using Xunit;

namespace Sso.Interop.Tests;

/// <summary>Tests that each bring their own people and applications need one server between them.</summary>
[CollectionDefinition(nameof(OneServer))]
public sealed class OneServer : ICollectionFixture<SsoProcess>;
