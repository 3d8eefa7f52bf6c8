using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sso.Delivery.Outbox;
using Sso.Delivery.Routes;
using Sso.Delivery.Twilio;
using Sso.Delivery.Vonage;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests;

[Spec("M3")]
[Spec("S142")]
public sealed class DeliveryRegistrationTests : IDisposable
{
    private static readonly string Key = NewKey();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sso-delivery-");

    /// <summary>Environment, settings on top of good ones (key=value; an empty value removes it), what the message must hold.</summary>
    public static TheoryData<string, string, string> Refusals => new()
    {
        { "Production", "Delivery:Routes:0=", "Delivery:Routes is empty" },
        { "Production", "Delivery:Routes:0=outbox", "Delivery:Routes names \"outbox\"" },
        { "Production", "Delivery:Routes:1=outbox", "Delivery:Routes names \"outbox\"" },
        { "Staging", "Delivery:Routes:0=outbox", "Delivery:Routes names \"outbox\"" },
        { "Staging", "Delivery:Routes:0=", "Delivery:Routes is empty" },
        { "Production", "Delivery:Routes:0=pigeon", "Delivery:Routes names \"pigeon\"" },
        { "Production", "Delivery:Routes:1=vonage-messages", "names a route twice" },
        { "Production", "Delivery:From:default=", "Delivery:From:IT is missing" },
        { "Production", "Delivery:From:IT=+393331234567", "Delivery:From:IT must be" },
        { "Production", "Delivery:From:IT=AVeryLongSender", "Delivery:From:IT must be" },
        { "Production", "Delivery:From:IT=4You", "Delivery:From:IT must be" },
        { "Production", "Delivery:From:IT=Acme Cloud", "Delivery:From:IT must be" },
        { "Production", "Delivery:From:XX=Acme", "Delivery:From:XX is for no country" },
        { "Production", "Delivery:AllowedCountries:0=ZZ", "Delivery:AllowedCountries names \"ZZ\"" },
        { "Production", "Delivery:Limits:PerHour=0", "Delivery:Limits:PerHour" },
        { "Production", "Delivery:Limits:PerPrefixAndHour=0", "Delivery:Limits:PerPrefixAndHour" },
        { "Production", "Delivery:Budget:PerHour=0", "Delivery:Budget:PerHour" },
        { "Production", "Delivery:Budget:PerDay=300000", "Delivery:Budget:PerDay" },
        { "Production", "Delivery:Prices:IT=0", "Delivery:Prices:IT must be" },
        { "Production", "Delivery:AllowedCountries:0=FR", "Delivery:Prices:FR is missing" },
        { "Production", "Delivery:Conversion:Sample=1", "Delivery:Conversion:Sample" },
        { "Production", "Delivery:Conversion:Floor=1", "Delivery:Conversion:Floor" },
        { "Production", "Delivery:Conversion:Pause=00:00:01", "Delivery:Conversion:Pause" },
        { "Production", "Delivery:ReceiptWait=00:00:01", "Delivery:ReceiptWait" },
        { "Production", "Delivery:RoutesByCountry:IT:0=pigeon", "Delivery:RoutesByCountry:IT names \"pigeon\"" },
        { "Production", "Delivery:RoutesByCountry:IT:0=outbox", "Delivery:RoutesByCountry:IT names \"outbox\"" },
        { "Production", "Delivery:RoutesByCountry:XX:0=vonage-messages", "Delivery:RoutesByCountry:XX is for no country" },
        { "Production", "Delivery:RoutesByCountry:IT:0=twilio", "Twilio:AccountSid is missing" },
        { "Production", "Delivery:Routes:1=twilio", "Twilio:ApiKeySid and Twilio:ApiKeySecret are missing" },
        { "Production", "Delivery:Routes:1=twilio;Twilio:ApiKeySid=SK01", "Twilio:ApiKeySid and Twilio:ApiKeySecret belong together" },
        { "Production", "Delivery:Routes:1=twilio;Twilio:BaseAddress=http://127.0.0.1:5000", "Twilio:BaseAddress" },
        { "Production", "Delivery:Routes:1=vonage-sms", "Vonage:ApiKey is missing" },
        { "Production", "Delivery:Routes:1=vonage-sms", "Vonage:ApiSecret is missing" },
        { "Production", "Delivery:Routes:1=vonage-sms;Vonage:SignRequests=true", "Vonage:SignatureSecrets is empty" },
        { "Production", "Delivery:Routes:1=vonage-sms;Vonage:SmsBaseAddress=http://127.0.0.1:5000", "Vonage:SmsBaseAddress" },
        { "Production", "Vonage:SignatureSecrets:0=short", "Vonage:SignatureSecrets holds" },
        {
            "Production",
            "Delivery:Routes:1=vonage-sms;Vonage:SignatureSecrets:0=a secret of thirty-two characters;"
                + "Sso:Issuer=https://sign-in-for-all-the-customers-of-this-company.of-a-very-long-name.example",
            "Sso:Issuer is too long for receipts"
        },
        { "Production", "Mail:Host=", "Mail:Host is not set" },
        { "Staging", "Mail:Host=", "Mail:Host is not set" },
        { "Production", "Brand:Name=Città È", "Brand:Name holds a character" },
        { "Production", "Brand:Name=A name that goes on and on and on, far beyond what a text can hold", "Brand:Name is too long" },
        { "Production", "Delivery:Brand=“Acme”", "Delivery:Brand holds a character" },
        { "Production", "Vonage:ApplicationId=", "Vonage:ApplicationId" },
        { "Production", "Vonage:ApplicationId=acme", "Vonage:ApplicationId" },
        { "Production", "Vonage:BaseAddress=http://api-eu.nexmo.com", "Vonage:BaseAddress" },
        { "Production", "Vonage:BaseAddress=http://127.0.0.1:5000", "Vonage:BaseAddress" },
        { "Production", "Vonage:PrivateKey=", "Vonage:PrivateKeyPath is missing" },
        { "Production", "Vonage:PrivateKey=nonsense", "Vonage:PrivateKey holds no RSA private key" },
        { "Production", "Vonage:PrivateKeyPath=/nowhere/key.pem", "Vonage:PrivateKey and Vonage:PrivateKeyPath are both set" },
        { "Production", "Vonage:PrivateKey=;Vonage:PrivateKeyPath=/nowhere/key.pem", "cannot be read: /nowhere/key.pem" },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Refusals))]
    public void Refuses_to_start_and_names_the_setting(string environment, string changes, string expected)
    {
        using var services = Compose(environment, changes);
        var failures = Failures(services);
        Assert.Contains(failures, failure => failure.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure.Contains(Key.Split('\n')[1], StringComparison.Ordinal));
    }

    [Fact]
    public void Good_settings_start()
    {
        using var services = Compose("Production", "");
        Assert.Empty(Failures(services));
        Assert.Equal("vonage-messages", Assert.Single(services.GetRequiredService<MessageRoutes>().For(Country.Italy)).Name);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Without_text_messages_no_provider_is_demanded_and_no_brand_has_to_fit_a_text(string environment)
    {
        using var services = Compose(
            environment,
            "Delivery:Routes:0=;Delivery:From:default=;Vonage:ApplicationId=;Vonage:PrivateKey=;"
                + "SignIn:TextMessages=false;Brand:Name=Città È");
        Assert.Empty(Failures(services));
        Assert.False(services.GetRequiredService<MessageRoutes>().Any);
    }

    [Fact]
    public void Notices_may_go_by_text_where_codes_may_not()
    {
        using var services = Compose("Production", "SignIn:TextMessages=false");
        Assert.Empty(Failures(services));
        Assert.True(services.GetRequiredService<MessageRoutes>().Any);
    }

    [Fact]
    public void Good_settings_of_every_provider_start()
    {
        using var services = Compose(
            "Production",
            "Delivery:Routes:1=vonage-sms;Vonage:ApiKey=abcd1234;Vonage:ApiSecret=secret;Vonage:SignatureSecrets:0=a "
                + "secret of thirty-two characters;"
                + "Delivery:Routes:2=twilio;Twilio:AccountSid=AC00000000000000000000000000000001;Twilio:AuthToken=token");
        Assert.Empty(Failures(services));
        var routes = services.GetRequiredService<MessageRoutes>().For(Country.Italy);
        Assert.Equal(["vonage-messages", "vonage-sms", "twilio"], routes.Select(route => route.Name));
        Assert.All(routes, route => Assert.True(route.HasReceipts));
    }

    [Fact]
    public void What_holds_a_secret_does_not_print_it()
    {
        Assert.DoesNotContain(
            "hidden", new VonageOptions { ApiSecret = "hidden", SignatureSecrets = ["hidden"] }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "hidden", new TwilioOptions { AuthToken = "hidden", ApiKeySecret = "hidden" }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "004217", new ComposedText(PhoneNumber.FromStored("+393123450000"), "004217").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_a_weaker_kind_or_only_its_public_half_is_refused()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var whole = RSA.Create(2048);
        foreach (var pem in new[]
        {
            small.ExportPkcs8PrivateKeyPem(), curve.ExportPkcs8PrivateKeyPem(), whole.ExportSubjectPublicKeyInfoPem(),
        })
        {
            using var services = Compose("Production", "Vonage:PrivateKey=" + pem);
            Assert.Contains(Failures(services), failure => failure.StartsWith("Vonage:PrivateKey holds", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_key_may_come_from_a_file_or_on_one_line()
    {
        var file = Path.Combine(_folder.FullName, "key.pem");
        File.WriteAllText(file, Key);
        using var fromFile = Compose("Production", $"Vonage:PrivateKey=;Vonage:PrivateKeyPath={file}");
        Assert.Empty(Failures(fromFile));
        using var onOneLine = Compose("Production", "Vonage:PrivateKey=" + Key.Replace("\n", "\\n", StringComparison.Ordinal));
        Assert.Empty(Failures(onOneLine));
        Assert.NotEmpty(onOneLine.GetRequiredService<VonageToken>().Write());
    }

    [Fact]
    public void Development_has_the_outbox_without_a_setting_and_may_speak_to_a_fake()
    {
        using var services = Compose("Development", "Delivery:Routes:0=;Vonage:BaseAddress=http://127.0.0.1:5000");
        Assert.Empty(Failures(services));
        Assert.Equal("outbox", Assert.Single(services.GetRequiredService<MessageRoutes>().For(Country.Italy)).Name);
        Assert.NotNull(services.GetService<DevelopmentOutboxReader>());
        using var fake = Compose("Development", "Vonage:BaseAddress=http://127.0.0.1:5000");
        Assert.Empty(Failures(fake));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void The_outbox_cannot_exist_outside_development(string environment)
    {
        using var services = Compose(environment, "Delivery:Routes:0=outbox");
        Assert.Null(services.GetService<DevelopmentOutboxReader>());
        Assert.Empty(services.GetServices<IMessageRoute>());
    }

    [Fact]
    public void Allowed_countries_replace_the_default_and_are_shown_in_their_order()
    {
        using var italian = Compose("Production", "");
        Assert.Equal(["IT"], italian.GetRequiredService<PhoneNumbers>().Countries.Select(country => country.Code));
        using var others = Compose(
            "Production", "Delivery:AllowedCountries:0=FR;Delivery:AllowedCountries:1=SM;Delivery:Prices:FR=0.08;Delivery:Prices:SM=0.08");
        var numbers = others.GetRequiredService<PhoneNumbers>();
        Assert.Equal(["FR", "SM"], numbers.Countries.Select(country => country.Code));
        Assert.IsType<PhoneNumberOutcome.CountryNotServed>(numbers.Parse("IT", "3331234567"));
        Assert.IsType<PhoneNumberOutcome.Valid>(numbers.Parse("SM", "66123456"));
    }

    [Fact]
    public void The_brand_of_the_texts_may_be_shorter_than_the_brand_of_the_pages()
    {
        using var services = Compose("Production", "Brand:Name=Città È;Delivery:Brand=Citta");
        Assert.Empty(Failures(services));
        Assert.Contains("Citta", services.GetRequiredService<TextTemplates>().Longest(), StringComparison.Ordinal);
    }

    private static string NewKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static ServiceProvider Compose(string environment, string changes)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Sso:Issuer"] = "https://login.acme.example",
            ["Brand:Name"] = "AcmeCloud",
            ["Delivery:Routes:0"] = "vonage-messages",
            ["Delivery:From:default"] = "AcmeCloud",
            ["Vonage:ApplicationId"] = "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            ["Vonage:PrivateKey"] = Key,
            ["Mail:Host"] = "relay.acme.example",
            ["Mail:From"] = "Acme <no-reply@acme.example>",
        };
        foreach (var change in changes.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) =
                (change[..change.IndexOf('=', StringComparison.Ordinal)], change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if (value.Length == 0)
            {
                settings.Remove(name);
            }
            else
            {
                settings[name] = value;
            }
        }

        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(new FakeClock());
        services.AddSsoDelivery(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), new DeliveryHost.Surroundings(environment));
        return services.BuildServiceProvider();
    }

    private static IReadOnlyList<string> Failures(ServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
        catch (AggregateException exception)
        {
            return [.. exception.InnerExceptions.OfType<OptionsValidationException>().SelectMany(inner => inner.Failures)];
        }
    }
}
