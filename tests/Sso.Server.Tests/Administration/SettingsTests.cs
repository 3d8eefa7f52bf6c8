using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Administrators;
using Sso.Delivery;
using Sso.Delivery.Twilio;
using Sso.Delivery.Vonage;
using Sso.Settings;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>The settings in force as the console shows them.</summary>
[OneDatabase]
public sealed partial class SettingsTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public async ValueTask InitializeAsync()
    {
        foreach (var setting in (string[])
        [
            "Tokens:AccessTokenLifetime=00:07:00", "Sso:SecurityContacts:0=mailto:security@sso.test", "Mail:UserName=nascosto",
            "Mail:Password=nascosto", "Mail:Unknown=nascosto", "Unknown:Name=nascosto",
        ])
        {
            _server.Settings.Add("--" + setting);
        }

        await _server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_setting_stands_with_its_value_and_where_it_comes_from_and_no_secret_does()
    {
        var auditor = await _server.AddAdministratorAsync(AdministratorRole.Auditor);
        var page = await _server.OpenBrowser().OpenAsync(auditor, "/console/settings");
        var rows = page.Document.QuerySelectorAll("dl.rows > div").ToDictionary(
            row => row.Closest("section")!.QuerySelector("h2")!.TextContent + ":" + row.QuerySelector("dt")!.TextContent,
            row => Regex.Replace(row.QuerySelector("dd")!.TextContent, @"\s+", " ", RegexOptions.CultureInvariant).Trim());
        Assert.Equal("00:07:00 dalla riga di comando", rows["Tokens:AccessTokenLifetime"]);
        Assert.Equal("00:05:00 valore predefinito", rows["Tokens:IdTokenLifetime"]);
        Assert.Equal("sì (true) valore predefinito", rows["SignIn:TextMessages"]);
        Assert.Equal("impostato, non si mostra dalla riga di comando", rows["Database:ConnectionString"]);
        Assert.Equal("impostato, non si mostra dalla riga di comando", rows["Mail:Password"]);
        Assert.Equal("mailto:security@sso.test dalla riga di comando", rows["Sso:SecurityContacts"]);
        Assert.Equal("impostato, non si mostra dalla riga di comando", rows["Mail:UserName"]);
        // Lists, tables and whatever follows from other settings: what is in force where nobody wrote anything.
        Assert.Equal("IT valore predefinito", rows["Delivery:AllowedCountries"]);
        Assert.Equal("0.10 valore predefinito", rows["Delivery:Prices:IT"]);
        Assert.Equal("RS256, ES256, PS256, ES384 valore predefinito", rows["Keys:Algorithms"]);
        Assert.Equal("authorization_code, refresh_token valore predefinito", rows["Registration:GrantTypes"]);
        Assert.Equal("code valore predefinito", rows["Registration:ResponseTypes"]);
        Assert.Equal(
            "client_secret_basic, client_secret_post, private_key_jwt, none valore predefinito",
            rows["Registration:AuthenticationMethods"]);
        Assert.Equal("openid, profile, email, offline_access valore predefinito", rows["Registration:Scopes"]);
        Assert.Equal("Nuvola valore predefinito", rows["Delivery:Brand"]);
        Assert.Equal("no (false) valore predefinito", rows["Mail:ImplicitTls"]);
        Assert.Equal("nessun valore valore predefinito", rows["Outgoing:Ports"]);
        Assert.DoesNotContain("nascosto", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Database.ConnectionString, page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AdministratorRole.Owner, "Aggiungi la prima applicazione.")]
    [InlineData(AdministratorRole.Auditor, null)]
    public async Task The_first_application_is_led_to_where_it_is_added_and_only_for_those_who_may(AdministratorRole role, string? link)
    {
        var page = await _server.OpenBrowser().OpenAsync(await _server.AddAdministratorAsync(role), "/console/settings");
        Assert.Equal(link, page.Document.QuerySelector("main a[href='/console/applications/add']")?.TextContent);
        Assert.Equal(
            link is null, page.Document.QuerySelector("main")!.TextContent.Contains("Chiedi a un proprietario", StringComparison.Ordinal));
    }

    /// <summary>Nothing is hidden for its name, so whoever adds a secret has to declare it; this asks whether somebody forgot.</summary>
    [Fact]
    public void What_sounds_like_a_secret_is_declared_to_be_one()
    {
        string[] harmless =
        [
            "Secrets:PassphraseFile", "MutualTls:ProxyHeader", "Vonage:PrivateKeyPath", "Vonage:ApiKey", "Twilio:ApiKeySid",
        ];
        var settings = _server.App.Services.GetServices<KnownSection>().Select(section => (section.Name, section.Type))
            .Concat([(Name: "Vonage", Type: typeof(VonageOptions)), (Name: "Twilio", Type: typeof(TwilioOptions))])
            .SelectMany(section => Members(section.Name, section.Type));
        Assert.All(
            settings.Where(setting => Secretive().IsMatch(setting.Property.Name) && !setting.Property.PropertyType.IsValueType
                && !harmless.Contains(setting.Path)),
            setting => Assert.True(SettingsReport.IsSecret(setting.Property), setting.Path));
    }

    /// <summary>
    /// Goes through all options: each setting begins with the value that is in force where nobody writes one, or
    /// <see cref="UnsetSetting"/> tells what applies then, or it stands here because truly nothing does.
    /// </summary>
    [Fact]
    public void A_setting_that_nobody_wrote_is_shown_with_what_is_in_force()
    {
        string[] nothingApplies =
        [
            "Actions", "AuthorizationTypes", "Brand:AboutUrl", "Brand:ContactUrl", "Brand:PrivacyUrl", "Brand:SupportContact",
            "Delivery:From", "Delivery:RoutesByCountry", "Mail:From", "Mail:Host", "Mail:Password", "Mail:TrustedCertificatesFile",
            "Mail:UserName", "MutualTls:Address", "MutualTls:AuthoritiesFile", "MutualTls:ProxyHeader", "Outgoing:AllowedHosts",
            "Outgoing:Ports", "Outgoing:TrustedCertificatesFile", "Registration:AllowedHosts", "Registration:DocumentHosts",
            "Secrets:CertificateFile", "Secrets:CertificatePassword", "Sso:Hosts", "Sso:Issuer", "Sso:SecurityContacts",
            "Sso:SecurityPolicy", "Sso:TrustedProxies", "Telemetry:Endpoint", "Telemetry:Headers", "Twilio:AccountSid",
            "Twilio:ApiKeySecret", "Twilio:ApiKeySid", "Twilio:AuthToken", "Vonage:ApiKey", "Vonage:ApiSecret", "Vonage:ApplicationId",
            "Vonage:PrivateKey", "Vonage:PrivateKeyPath", "Vonage:SignatureSecrets",
        ];
        var fresh = _server.App.Services.GetServices<KnownSection>().Select(
            section => section with { Read = _ => Activator.CreateInstance(section.Type)! });
        using var nothingElse = new ServiceCollection().BuildServiceProvider();
        var told = _server.App.Services.GetServices<UnsetSetting>().Select(setting => setting.Path).ToList();

        var without = SettingsReport.Read(new ConfigurationBuilder().Build(), fresh, nothingElse)
            .Where(setting => !setting.IsSet).Select(setting => setting.Path).ToList();

        Assert.Equal(nothingApplies.Concat(told).Order(StringComparer.Ordinal), without.Order(StringComparer.Ordinal));
        Assert.All(
            SettingsReport.Read(new ConfigurationBuilder().Build(), fresh, _server.App.Services)
                .Where(setting => told.Contains(setting.Path)),
            setting => Assert.True(setting.IsSet, setting.Path));
    }

    /// <summary>As an empty list of a file means for the countries: it is in force nowhere.</summary>
    [Fact]
    public void An_empty_list_of_countries_leaves_the_usual_one()
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(
            """{ "Delivery": { "AllowedCountries": [], "Prices": { "FR": 0.12 } } }"""u8.ToArray())).Build();
        var delivery = configuration.ReadUnchecked<DeliveryOptions>(DeliveryOptions.Section);
        Assert.Equal(["IT"], delivery.AllowedCountries);
        Assert.Equal([("FR", 0.12m), ("IT", 0.10m)], delivery.Prices.Select(price => (price.Key, price.Value)));
    }

    [Fact]
    public void A_list_a_group_and_a_table_are_told_by_their_members_and_a_secret_hides_all_below_it()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Box:Ways:0"] = "a" }).Build();
        var report = SettingsReport.Read(
            configuration, [new("Box", typeof(Box), _ => new Box { Ways = ["a", "b"], Names = new() { ["it"] = "uno" } })],
            _server.App.Services);
        Assert.Equal(
            [
                ("Box:Ways", "a, b", false, true, SettingSource.Program), ("Box:Names:it", "uno", false, true, SettingSource.Default),
                ("Box:Inner:Most", "3", false, true, SettingSource.Default), ("Box:Hidden:k", null, true, true, SettingSource.Default),
                ("Box:Nothing", null, false, false, SettingSource.Default),
                ("Box:Receiver", "https://box.example:8443/in?…", false, true, SettingSource.Default),
            ],
            report.Select(setting => (setting.Path, setting.Value, setting.IsSecret, setting.IsSet, setting.Source)));
    }

    [Fact]
    public async Task What_the_doctor_finds_wrong_stands_above_with_what_to_do()
    {
        var owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        var page = await _server.OpenBrowser().OpenAsync(owner, "/console/settings");
        var text = page.Document.QuerySelector("[aria-labelledby=troubles]")!.TextContent;
        Assert.Contains("Non c’è ancora alcuna applicazione", text, StringComparison.Ordinal);
        Assert.Contains("Aggiungi la prima", text, StringComparison.Ordinal);
    }

    /// <summary>With those of the groups, lists and tables within it.</summary>
    private static IEnumerable<(string Path, PropertyInfo Property)> Members(string path, Type type) => type.GetProperties()
        .Where(property => property.CanWrite)
        .SelectMany(property => property.PropertyType.GenericTypeArguments.Append(property.PropertyType)
            .Where(inner => inner.Namespace!.StartsWith("Sso.", StringComparison.Ordinal))
            .SelectMany(inner => Members($"{path}:{property.Name}", inner))
            .Prepend((Path: $"{path}:{property.Name}", Property: property)));

    [GeneratedRegex("pass|secret|key|token|connection|header|credential", RegexOptions.IgnoreCase)]
    private static partial Regex Secretive();

    private sealed class Box
    {
        public IReadOnlyList<string> Ways { get; init; } = [];

        public Dictionary<string, string> Names { get; init; } = [];

        public Inner Inner { get; init; } = new();

        [PasswordPropertyText(true)]
        public Dictionary<string, string> Hidden { get; init; } = new() { ["k"] = "v" };

        public string? Nothing { get; init; }

        /// <summary>Receivers take their keys as the user and in the query.</summary>
        public Uri Receiver { get; init; } = new("https://user:key@box.example:8443/in?key=1");
    }

    private sealed class Inner
    {
        public int Most { get; init; } = 3;
    }
}
