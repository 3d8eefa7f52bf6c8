using System.Reflection;
using System.Text.RegularExpressions;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests;

/// <summary>What can be made is what is documented.</summary>
[Spec("RFC 6749", "5.2")]
public sealed class OAuthErrorTests
{
    /// <summary>The named errors and the methods that make one, with the errors that they make.</summary>
    private static readonly ILookup<string, OAuthError> Made =
        typeof(OAuthError).GetFields().Select(field => (field.Name, Error: field.GetValue(null)))
            .Concat(typeof(OAuthError).GetMethods(BindingFlags.Public | BindingFlags.Static).SelectMany(
                method => Arguments(method.GetParameters()),
                (method, given) => (method.Name, Error: method.Invoke(null, given))))
            .ToLookup(made => made.Name, made => Assert.IsType<OAuthError>(made.Error));

    [Fact]
    public void Every_error_that_can_be_made_is_in_the_table_and_every_line_of_the_table_can_be_made() =>
        Assert.Equal(
            DocumentedError.All.Select(line => line.Id).Order(StringComparer.Ordinal),
            Made.SelectMany(errors => errors).Select(error => error.Id).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_error_is_answered_somewhere()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("OAuthError.", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();

        Assert.All(Made.Select(errors => errors.Key), name => Assert.True(
            sources.Exists(source => Regex.IsMatch(source, $@"\bOAuthError\.{name}\b")), name));
    }

    [Fact]
    public void An_id_names_one_line_and_is_fit_for_a_url()
    {
        Assert.Distinct(DocumentedError.All.Select(line => line.Id));
        Assert.All(DocumentedError.All, line => Assert.Matches(@"\A[a-z]+(-[a-z]+)*\z", line.Id));
    }

    /// <summary>Also no line break, which a pattern that ends in $ would let pass.</summary>
    [Fact]
    [Spec("GE10")]
    public void Every_description_is_written_in_the_characters_that_an_error_may_have() =>
        Assert.All(Made.SelectMany(errors => errors), error => Assert.Matches(@"\A[ !#-\[\]-~]+\z", error.Description));

    [Fact]
    [Spec("RFC 9449", "7.1")]
    public void An_error_is_a_bad_request_unless_it_says_otherwise()
    {
        var others = DocumentedError.All.Where(line => (line.Status, line.StatusAtResource) != (400, 400))
            .ToDictionary(line => line.Id, line => (line.Status, line.StatusAtResource));

        Assert.Equal(
            new Dictionary<string, (int, int)>
            {
                ["method"] = (405, 405),
                ["too-many-attempts"] = (429, 429),
                ["client-authentication-failed"] = (401, 401),
                ["client-authentication-method"] = (401, 401),
                ["client-assertion-unacceptable"] = (401, 401),
                ["access-token-invalid"] = (401, 401),
                ["openid-scope-missing"] = (403, 403),
                ["api-scope-missing"] = (403, 403),
                ["dpop-nonce"] = (400, 401),
                ["dpop-missing"] = (400, 401),
                ["dpop-invalid"] = (400, 401),
                ["server-unavailable"] = (503, 503),
                ["too-many-requests"] = (429, 429),
                ["no-encryption-key"] = (503, 503),
                ["insufficient-user-authentication"] = (401, 401),
            },
            others);
    }

    [Fact]
    public void What_varies_stands_in_the_place_that_the_table_shows()
    {
        Assert.Equal("The parameter code is missing.", OAuthError.ParameterMissing("code").Description);
        Assert.Equal("Too many requests of this kind. Wait 3 seconds.", OAuthError.TooManyRequests(TimeSpan.FromSeconds(2.5)).Description);
        Assert.Equal("The scope a*b does not exist or this client is not registered for it.", OAuthError.InvalidScope("a*b").Description);
    }

    private static IEnumerable<object?[]> Arguments(ParameterInfo[] parameters) => parameters.Aggregate(
        (IEnumerable<object?[]>)[[]],
        (lists, parameter) => lists.SelectMany(list => Samples(parameter.ParameterType), (list, sample) => (object?[])[.. list, sample]));

    private static IEnumerable<object> Samples(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => [TimeSpan.FromSeconds(30)],
        _ when type == typeof(ClientAuthenticationMethod) => Enum.GetValues<ClientAuthenticationMethod>().Cast<object>(),
        _ => ["redirect_uris", "scope"],
    };
}
