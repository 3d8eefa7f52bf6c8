namespace Sso.Accounts.Administrators;

/// <summary>What can be done in the console. Every page and every form of it names one, and <see cref="Roles"/> says who may.</summary>
public enum ConsoleAct
{
    SeeOverview,
    SeeApplications,
    AddApplications,
    ChangeApplications,

    /// <summary>Lets an application ask less of people at a sign-in, as one of two where two people are needed.</summary>
    LoosenApplications,

    /// <summary>Makes a further secret, which the page then shows.</summary>
    AddSecrets,
    RevokeSecrets,
    SwitchApplications,

    /// <summary>What tokens of an application would say of somebody.</summary>
    PreviewTokens,
    RemoveApplications,

    /// <summary>How pages and mails look, by application or host.</summary>
    SeeBrands,
    ChangeBrands,
    SeeWebhooks,

    /// <summary>Sends what was given up again, or a test.</summary>
    SendToWebhooks,
    SeePeople,

    /// <summary>What helps somebody and opens nothing to whoever helps.</summary>
    HelpPeople,

    /// <summary>Takes people over from a file, with what it says of their passwords and methods.</summary>
    ImportPeople,

    /// <summary>The log of texts and mails, what they cost, and what keeps them from leaving.</summary>
    SeeDelivery,

    /// <summary>Lets leave again what the server stopped by itself.</summary>
    ResumeDelivery,

    /// <summary>A text or a mail to oneself, and to nobody else.</summary>
    TestDelivery,

    /// <summary>Begins the replacement of lost second factors for somebody who was identified, and calls it off.</summary>
    ResetFactors,

    /// <summary>Says, as the second person, that it need not wait.</summary>
    AgreeToResets,
    SeeKeys,
    SeeAudit,

    /// <summary>Takes events away as a file.</summary>
    SeeAuditFile,

    /// <summary>The limits, and who is stopped by one.</summary>
    SeeLimits,
    SeeAdministrators,

    /// <summary>Gives roles and takes them away.</summary>
    ChangeAdministrators,

    /// <summary>The settings in force, without secrets, and what the doctor finds.</summary>
    SeeSettings,
}
