using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>oidcc-basic-certification-test-plan: answers come in the query.</summary>
[OneDatabase]
public sealed class BasicPlanTests(SsoServerWithPeer fixture) : BasicPlan(fixture, isFormPost: false), IClassFixture<SsoServerWithPeer>;
