using System.Security.Cryptography;
using System.Text;
using Xunit.Sdk;
using Xunit.v3;

namespace Sso.Testing;

/// <summary>
/// Orders the tests of a class by their names alone: the order of xunit itself comes from the path of the assembly too, so a test that
/// counts on what another left behind passes in one folder and fails in the next. <c>SSO_TEST_ORDER</c> chooses another order.
/// </summary>
public sealed class SameOrderEverywhere : ITestCaseOrderer
{
    private static readonly int Order = Thoroughness.Of("SSO_TEST_ORDER", 0);

    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => Place(test.TestCaseDisplayName), StringComparer.Ordinal)];

    private static string Place(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Order} {name}")));
}
