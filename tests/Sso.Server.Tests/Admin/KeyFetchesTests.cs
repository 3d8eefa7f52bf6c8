using Sso.Admin.Keys;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>Who counts as having a key that signs next, by the addresses to which the key set was sent.</summary>
[Spec("C09")]
public sealed class KeyFetchesTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Signs since 80 days; its successor was announced four days ago.</summary>
    private static readonly KeyView Signing = Key("signs", Now.AddDays(-80), Now.AddDays(-80), KeyState.Active);

    private static readonly KeyView Next = Key("next", Now.AddDays(-4), Now.AddDays(10), KeyState.Announced);

    [Fact]
    public void A_fetch_of_a_set_with_the_key_counts_and_one_of_an_older_set_does_not()
    {
        Assert.Equal(FetchState.Fetched, Judge(From("192.0.2.1", fetched: Now, newest: Next.CreatedAt)));
        Assert.Equal(FetchState.NotFetched, Judge(From("192.0.2.1", fetched: Now, newest: Signing.CreatedAt)));
        Assert.Equal(FetchState.NotFetched, Judge(From("192.0.2.1")));
    }

    [Fact]
    public void One_of_several_addresses_is_enough() => Assert.Equal(
        FetchState.Fetched, Judge(From("192.0.2.1"), From("192.0.2.2", fetched: Now, newest: Next.CreatedAt)));

    [Fact]
    public void Of_one_that_is_at_work_at_no_known_address_it_is_unknown() =>
        Assert.Equal(FetchState.Unknown, Judge(new FetchingApplication("shop", "Shop", IsMachine: false, Now.AddDays(-1), [])));

    [Fact]
    public void One_that_asked_for_nothing_in_thirty_days_is_left_out()
    {
        var gone = new FetchingApplication("shop", "Shop", IsMachine: false, Now.AddDays(-31), []);
        Assert.Null(Judge(gone));
        Assert.Null(Judge(gone with { Addresses = [From("192.0.2.1", last: Now.AddDays(-31))] }));
    }

    [Fact]
    public void A_machine_is_left_out_until_it_fetches_a_key_set_itself()
    {
        Assert.Null(Judge(new FetchingApplication("job", "Job", IsMachine: true, Now, [From("192.0.2.1")])));
        Assert.Null(Judge(new FetchingApplication("job", "Job", IsMachine: true, Now, [])));
        var row = From("192.0.2.1", fetched: Now, newest: Signing.CreatedAt);
        Assert.Equal(FetchState.NotFetched, Judge(new FetchingApplication("job", "Job", IsMachine: true, Now, [row])));
    }

    /// <summary>OIDC Core §3.1.3.7 lets an application trust the connection instead of the signature.</summary>
    [Fact]
    public void One_that_went_on_through_the_change_before_without_a_fetch_goes_without()
    {
        Assert.Null(Judge(From("192.0.2.1", first: Signing.ActiveFrom.AddDays(-1))));
        Assert.Equal(FetchState.NotFetched, Judge(From("192.0.2.1", first: Signing.ActiveFrom.AddDays(1))));
    }

    [Fact]
    public void One_that_fetched_before_goes_not_without_however_old_it_is() => Assert.Equal(
        FetchState.NotFetched,
        Judge(From("192.0.2.1", first: Signing.ActiveFrom.AddDays(-1), fetched: Now.AddDays(-9), newest: Signing.CreatedAt)));

    [Fact]
    public void One_that_came_after_a_key_began_to_sign_has_met_no_other()
    {
        var began = Key("new", Now.AddDays(-15), Now.AddDays(-1), KeyState.Active);
        Assert.Empty(Of(began, App("shop", From("192.0.2.1", first: Now.AddHours(-2)))).Applications);
        Assert.Single(Of(began, App("shop", From("192.0.2.1", first: Now.AddDays(-2)))).Applications);
    }

    [Fact]
    public void Those_that_lack_it_come_first_and_the_others_by_name()
    {
        var rotation = Of(
            Next,
            App("b", From("192.0.2.1", fetched: Now, newest: Next.CreatedAt)),
            App("a", From("192.0.2.2", fetched: Now, newest: Next.CreatedAt)),
            new FetchingApplication("c", "c", IsMachine: false, Now, []),
            App("d", From("192.0.2.3")));

        Assert.Equal(["d", "c", "a", "b"], rotation.Applications.Select(item => item.ClientId));
        Assert.Equal((2, 1, 1), (rotation.Summary.Fetched, rotation.Summary.Unknown, rotation.Summary.NotFetched.Length));
    }

    [Fact]
    public void A_fetch_from_an_address_of_two_applications_is_said_to_be_of_either()
    {
        var fetched = From("192.0.2.1", fetched: Now, newest: Next.CreatedAt);
        var rotation = Of(Next, App("a", fetched), App("b", fetched), App("c", fetched with { Address = "192.0.2.9" }));
        Assert.Equal([true, true, false], rotation.Applications.Select(item => item.IsShared));
    }

    [Fact]
    public void Keys_of_one_rotation_are_told_of_together_and_those_to_which_clients_encrypt_are_not()
    {
        var others = Next with { Kid = "other", Algorithm = SigningAlgorithms.ES256 };
        var opening = Next with { Kid = "opens", Algorithm = "RSA-OAEP" };
        var rotation = Assert.Single(KeyFetches.Of([Signing, Next, others, opening], key => key.ActiveFrom > Now, [], Now.AddDays(-30)));
        Assert.Equal(["next", "other"], rotation.Kids);
    }

    private static FetchState? Judge(params FetchingAddress[] addresses) => Judge(App("shop", addresses));

    private static FetchState? Judge(FetchingApplication application) => Of(Next, application).Applications.SingleOrDefault()?.State;

    private static FetchingApplication App(string id, params FetchingAddress[] addresses) =>
        new(id, id, IsMachine: false, SecretUsedAt: Now, [.. addresses]);

    private static KeyFetches Of(KeyView key, params FetchingApplication[] applications) =>
        Assert.Single(KeyFetches.Of([Signing, key], other => other == key, applications, Now.AddDays(-30)));

    private static FetchingAddress From(
        string address, DateTimeOffset? first = null, DateTimeOffset? last = null, DateTimeOffset? fetched = null,
        DateTimeOffset? newest = null) => new(address, first ?? Now.AddDays(-40), last ?? Now, fetched, newest);

    private static KeyView Key(string kid, DateTimeOffset madeAt, DateTimeOffset activeFrom, KeyState state) => new()
    {
        Kid = kid,
        Algorithm = SigningAlgorithms.RS256,
        State = state,
        CreatedAt = madeAt,
        ActiveFrom = activeFrom,
        ActiveUntil = activeFrom.AddDays(90),
        PublishedUntil = activeFrom.AddDays(104),
    };
}
