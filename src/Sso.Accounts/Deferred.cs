namespace Sso.Accounts;

/// <summary>
/// Made when it is first asked for. What an act needs only for owners, such as the mails to them, is asked for in this form: the command
/// line does the same act for operators and has no key to write a mail with.
/// </summary>
internal sealed class Deferred<T>(IServiceProvider services) : Lazy<T>(services.GetRequiredService<T>)
    where T : class;
