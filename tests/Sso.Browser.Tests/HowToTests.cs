using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// The two how-tos that customers of the older system know, walked by their Italian labels and in their order,
/// where customers turn two-factor authentication on by themselves. What is pressed is found by what it says.
/// </summary>
public sealed partial class HowToTests
{
    [Theory]
    [Spec("U53")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_newer_how_to_enables_2fa_by_text_message_and_by_app(bool script)
    {
        await using var anna = await Visitor.ArriveAsync("it", script, "when-enrolled");
        await OpenAsync(anna, "/signin");
        await anna.ReadsAsync("Impostazioni account", "NON È ABILITATA");
        await anna.FollowAsync("Abilita 2FA");
        await anna.ReadsAsync("Abilita l’autenticazione a due fattori?", "Che cosa ti serve");  // says what is confirmed
        await anna.FollowAsync("Conferma");
        await anna.ReadsAsync(
            "Impostazioni Autenticazione a due fattori (MFA)", "NON È ABILITATA", "Seleziona la modalità che preferisci");
        await anna.Page.GetByLabel("SMS Verificato").CheckAsync();
        await anna.PressNamedAsync("Procedi");
        await EnrolNumberAsync(anna);
        await SaveCodesAsync(anna);
        await anna.ReadsAsync("Attivazione conclusa", "È ABILITATA");

        await anna.FollowAsync("Torna alle impostazioni");
        await anna.ReadsAsync("Impostazioni Autenticazione a due fattori (MFA)", "SMS Verificato");
        await anna.FollowAsync("Aggiungi un secondo metodo");
        await anna.ReadsAsync("Seleziona la modalità che preferisci");
        await anna.Page.GetByLabel("App Authenticator").CheckAsync();
        await anna.PressNamedAsync("Procedi");
        await anna.ReadsAsync("Autenticazione a due fattori mediante APP Authenticator", "Scansiona il codice QR");
        await anna.Page.GetByLabel("Codice a 6 cifre").FillAsync(await anna.AppCodeAsync());
        await anna.PressNamedAsync("Conferma");
        await anna.ReadsAsync("Attivazione conclusa", "È ABILITATA");
        foreach (var label in (string[])["Privacy", "Chi siamo", "Contattaci"])
        {
            Assert.Equal(1, await anna.Page.Locator("footer").GetByText(label, new() { Exact = true }).CountAsync());
        }

        Assert.Empty(anna.CspViolations);
    }

    [Theory]
    [Spec("U53")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_older_how_to_shows_the_last_access_verifies_a_contact_and_changes_the_password(bool script)
    {
        await using var anna = await Visitor.ArriveAsync("it", script, "when-enrolled");
        await OpenAsync(anna, "/login");
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await anna.FollowAsync("Accedi");
        Assert.StartsWith("Dashboard", await anna.Page.TitleAsync(), StringComparison.Ordinal);
        await anna.PressNamedAsync("Esci");
        await SignInAsync(anna);
        Assert.Matches(LastAccess(), await anna.Page.InnerTextAsync("[data-last-access]"));
        await anna.FollowAsync("Impostazioni account");
        await anna.ReadsAsync("Nome utente", anna.Demo.UserName);
        await anna.ReadsAsync("puoi abilitare l’autenticazione a due fattori");
        await anna.FollowAsync("Gestisci autenticazione a due fattori");
        await anna.FollowAsync("Gestisci Contatti verificati");
        await anna.ReadsAsync("Al momento non è presente alcun contatto SMS verificato.");
        await anna.FollowAsync("Aggiungi un nuovo contatto");
        await anna.ReadsAsync("Impostazione contatto verificato", "Specifica il numero SMS");
        await anna.Page.GetByLabel("Numero di cellulare").FillAsync("312 345 6789");
        await anna.Page.GetByLabel("Comunicazioni prioritarie").CheckAsync();
        await anna.PressNamedAsync("Invia codice");
        await anna.ReadsAsync("Inserisci il codice ricevuto via SMS", "312 345 6789");
        Assert.Equal(1, await anna.Page.GetByRole(AriaRole.Button, new() { NameRegex = NewCode() }).CountAsync());
        await anna.Page.GetByLabel("Codice a 6 cifre").FillAsync(await anna.TextCodeAsync());
        await anna.PressNamedAsync("Conferma");
        await SaveCodesAsync(anna);
        await anna.FollowAsync("Dati personali");
        await anna.ReadsAsync("Codici di accesso", "Comunicazioni prioritarie");

        await anna.FollowAsync("Panoramica");
        await anna.FollowAsync("Richiedi il cambio della password");
        await anna.ReadsAsync("La sessione attuale terminerà.", "un’e‑mail con il link per impostare la nuova password.");
        await anna.PressNamedAsync("Richiedi il cambio della password");
        await anna.ReadsAsync("Controlla la posta");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        anna.IsAt("/signin");
        await anna.Page.GotoAsync(await anna.MailedLinkAsync("/password/reset"));
        await anna.Page.GetByLabel("Nuova password").FillAsync("gelsomino-treno-luna");
        await anna.PressNamedAsync("Imposta la password");
        await anna.ReadsAsync("Password impostata");
        await anna.FollowAsync("Accedi");
        await anna.SignInAsync(password: "gelsomino-treno-luna");
        await anna.ReadsAsync("Controlla il telefono");
    }

    /// <summary>The first step of both how-tos: the sign-in page by its own address, which leads to the account.</summary>
    private static async Task OpenAsync(Visitor anna, string path)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + path);
        await TypeNameAndPasswordAsync(anna);
        anna.IsAt("/account");
    }

    private static async Task SignInAsync(Visitor anna)
    {
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await anna.FollowAsync("Accedi");
        await TypeNameAndPasswordAsync(anna);
        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);
    }

    private static async Task TypeNameAndPasswordAsync(Visitor anna)
    {
        anna.IsAt("/signin");
        await anna.Page.GetByLabel("Nome utente").FillAsync(anna.Demo.UserName);
        await anna.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(anna.Demo.Password);
        await anna.PressNamedAsync("Accedi");
    }

    private static async Task EnrolNumberAsync(Visitor anna)
    {
        await anna.ReadsAsync("Specifica il numero di telefono su cui desideri ricevere il codice di autenticazione");
        await anna.Page.GetByLabel("Numero di cellulare").FillAsync("312 345 6789");
        await anna.PressNamedAsync("Invia codice");
        await anna.ReadsAsync("Digita il codice", "312 345 6789");
        Assert.Equal(1, await anna.Page.GetByRole(AriaRole.Button, new() { NameRegex = NewCode() }).CountAsync());
        await anna.Page.GetByLabel("Codice a 6 cifre").FillAsync(await anna.TextCodeAsync());
        await anna.PressNamedAsync("Conferma");
    }

    private static async Task SaveCodesAsync(Visitor anna)
    {
        await anna.ReadsAsync("Salva i codici di recupero");
        var create = anna.Page.GetByRole(AriaRole.Button, new() { Name = "Mostra i codici" });
        if (await create.CountAsync() > 0)
        {
            await anna.PressNamedAsync("Mostra i codici");
        }

        var codes = await anna.RecoveryCodesAsync();
        await anna.Page.GetByLabel("Scrivi uno dei codici per confermare").FillAsync(codes[0]);
        await anna.PressNamedAsync("Concludi attivazione");
    }

    [GeneratedRegex(@"Ultimo accesso: \d{2}/\d{2}/\d{4} \d{2}:\d{2}.* da (127\.0\.0\.1|::1)")]
    private static partial Regex LastAccess();

    /// <summary>With script the button counts the seconds first.</summary>
    [GeneratedRegex("Clicca qui per inviarlo di nuovo|Potrai chiedere un nuovo codice tra")]
    private static partial Regex NewCode();
}
