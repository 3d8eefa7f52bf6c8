using System.CommandLine;
using Sso.Admin;
using Sso.Admin.Brands;

namespace Sso.Server.Commands;

/// <summary><c>sso brand …</c>.</summary>
internal static class BrandCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "The id, such as nuvola." };

    public static Command Build(CommandHost host)
    {
        var add = Changing(host, "add", "Store a brand. --name and --accent are needed.", (services, parsed, cancellation) => services
            .GetRequiredService<AddBrand>()
            .ExecuteAsync(
                BrandOptionSet.Apply(parsed, new BrandInput { Id = parsed.GetRequiredValue(Id), Name = "", Accent = "" }), cancellation));
        const string Change = "Change a brand. What is left out stays; \"\" takes a value away.";
        var set = Changing(host, "set", Change, (services, parsed, cancellation) => services
            .GetRequiredService<ChangeBrand>()
            .ExecuteAsync(parsed.GetRequiredValue(Id), brand => BrandOptionSet.Apply(parsed, brand), cancellation));
        var show = OfOne(host, "show", "Show one brand and its contrasts.", (services, id, cancellation) => services
            .GetRequiredService<ShowBrand>().ExecuteAsync(id, cancellation));
        var remove = OfOne(host, "remove", "Delete a brand that no client has.", (services, id, cancellation) => services
            .GetRequiredService<RemoveBrand>().ExecuteAsync(id, cancellation))
            .AskFor(host, Id, "A brand that is removed is gone, logo and all.");
        return new("brand", "How pages and mails look, by client or host name.") { add, set, List(host), show, remove };
    }

    private static Command Changing(
        CommandHost host, string name, string description,
        Func<IServiceProvider, ParseResult, CancellationToken, Task<Result<BrandView, Refusal>>> change)
    {
        var command = new Command(name, description) { Id };
        BrandOptionSet.AddTo(command);
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                try
                {
                    return Answer(output, await change(services, parsed, cancellation));
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    return output.FailOnFile(ExitCode.Usage, "The logo cannot be read", exception);
                }
            },
            cancellation));
        return command;
    }

    private static Command OfOne(
        CommandHost host, string name, string description,
        Func<IServiceProvider, string, CancellationToken, Task<Result<BrandView, Refusal>>> work)
    {
        var command = new Command(name, description) { Id };
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) => Answer(output, await work(services, parsed.GetRequiredValue(Id), cancellation)),
            cancellation));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List the brands.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(parsed, ListAsync, cancellation));
        return list;
    }

    private static async Task<int> ListAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var brands = await services.GetRequiredService<ListBrands>().ExecuteAsync(cancellation);
        return output.Done(brands, CommandJson.Readable.ImmutableArrayBrandView, people =>
        {
            if (brands.IsEmpty)
            {
                people.Note("There is no brand beside that of the configuration. Add one:");
                people.Note("  sso brand add nuvola --name Nuvola --accent \"#1f6f8b\" --logo nuvola.svg");
                return;
            }

            people.Table(
                ["Id", "Name", "Accent", "Clients", "Hosts"],
                brands.Select(
                    brand => (string[])
                    [
                        brand.Id, brand.Name, brand.Light.Accent, string.Join('\n', brand.Clients), string.Join('\n', brand.Hosts),
                    ]));
        });
    }

    private static int Answer(CommandOutput output, Result<BrandView, Refusal> outcome) => outcome.Failed(out var refusal, out var brand)
        ? output.Refuse(refusal)
        : output.Done(brand, CommandJson.Readable.BrandView, people => Describe(people, brand));

    private static void Describe(CommandOutput people, BrandView brand) => people.Facts(
        ("Id", brand.Id),
        ("Name", brand.Name),
        ("Accent", Shades(brand.Light)),
        ("Dark accent", Shades(brand.Dark)),
        ("Ground", brand.Tint),
        ("Radius", $"{brand.Radius} px"),
        ("Logo", brand.Logo),
        ("Privacy", brand.PrivacyUrl),
        ("About us", brand.AboutUrl),
        ("Contact us", brand.ContactUrl),
        ("Mails from", brand.SenderName),
        ("Support", brand.SupportContact),
        ("Hosts", CommandWords.List(brand.Hosts, "\n")),
        ("Clients", CommandWords.List(brand.Clients, "\n")));

    private static string Shades(ShadesView shades) =>
        $"{shades.Accent}, text {shades.Text} {shades.TextContrast}, edge {shades.EdgeContrast}";
}
