using Sso.Accounts.Visits;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.People;
using Sso.Delivery.Mail;

namespace Sso.Accounts.Mails;

/// <summary>A mail that people get, as <see cref="MailTable"/> lists it.</summary>
public abstract class MailRow
{
    /// <summary>Writes it to an invented person, for the page of the developers.</summary>
    internal abstract void WriteSample(SecurityMails mails, SsoDbContext database, Visit visit, MailSample sample);
}

/// <summary>What is the same each time this mail is written.</summary>
/// <typeparam name="TAbout">What the sender adds to its words.</typeparam>
public sealed class MailRow<TAbout> : MailRow
{
    public required Func<MailDraft<TAbout>, MailContent> Content { get; init; }

    /// <summary>The address it goes to; without one nothing is written. Only a confirmed address counts as that of the account.</summary>
    public Func<MailDraft<TAbout>, string?> To { get; init; } = it => it.ConfirmedAddress;

    /// <summary>How long it and its link are of use.</summary>
    public Func<MailDraft<TAbout>, TimeSpan> Life { get; init; } = _ => SecurityMails.NotMeLinkLifetime;

    /// <summary>Written like any other mail, but never sent.</summary>
    public Func<MailDraft<TAbout>, bool> IsDecoy { get; init; } = _ => false;

    /// <summary>The language of the page that caused it; null means the person's own.</summary>
    public Func<TAbout, string?> Language { get; init; } = _ => null;

    /// <summary>Nobody is there when it is written, so it bears the brand of the configuration.</summary>
    public bool IsOfServer { get; init; }

    /// <summary>What the invented person is told.</summary>
    public required Func<MailSample, TAbout> Sample { get; init; }

    internal override void WriteSample(SecurityMails mails, SsoDbContext database, Visit visit, MailSample sample) =>
        mails.Tell(database, visit, sample.Anna, this, Sample(sample));
}

/// <summary>One mail while it is written. Its links are added to the context of what it tells.</summary>
/// <param name="database">The context.</param>
/// <param name="reader">To whom, in their language.</param>
/// <param name="brand">Whose mail it is.</param>
/// <param name="circumstances">When, where and with what it was done, given the word for "when".</param>
/// <param name="person">Null for nobody, to whom the same is written as to anybody else.</param>
/// <param name="about">What it is about.</param>
/// <param name="issuer">Where the links lead.</param>
/// <param name="now">The time of writing.</param>
public sealed class MailDraft<TAbout>(
    SsoDbContext database, MailReader reader, Brand brand, Func<string, (string Label, string Value)[]> circumstances,
    Person? person, TAbout about, string issuer, DateTimeOffset now)
{
    public Person? Person => person;

    /// <summary>Of a mail that nobody but the owner of an account can get.</summary>
    public Person Owner => person!;

    public TAbout About => about;

    public DateTimeOffset Now => now;

    public string? ConfirmedAddress => person is { EmailConfirmed: true } ? person.Email : null;

    public string Text(string name, params object[] values) => reader.Text(name, values);

    public string At(DateTimeOffset instant) => reader.At(instant);

    public MailContent Write(string subject, params string[] paragraphs) => reader.Mail(brand, subject, paragraphs);

    /// <param name="when">What the time is called beside another.</param>
    public (string Label, string Value)[] Circumstances(string when = "When") => circumstances(when);

    /// <summary>A new link, of which the database holds a hash only.</summary>
    public MailLink Link(string text, string path, MailedLinkPurpose purpose, TimeSpan life, Guid? changeId = null) =>
        LinkOf(person!.Id, text, path, purpose, life, changeId);

    public MailLink LinkOf(Guid personId, string text, string path, MailedLinkPurpose purpose, TimeSpan life, Guid? changeId = null) =>
        new(reader.Text(text), $"{issuer}{path}?link={database.AddLink(personId, purpose, life, now, changeId)}");

    public MailLink Page(string text, string path) => new(reader.Text(text), issuer + path);

    public MailAside NotYou(string text, MailLink? link = null) => reader.NotYou(reader.Text(text), link);

    /// <summary>With the link that secures the account.</summary>
    public MailAside NotMe(string text) =>
        NotYou(text, Link("NotMeLink", "/not-me", MailedLinkPurpose.NotMe, SecurityMails.NotMeLinkLifetime));

    public MailAside Aside(string text, MailLink link) => reader.NotYou(text, link);
}
