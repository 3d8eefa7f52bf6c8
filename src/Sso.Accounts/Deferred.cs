namespace Sso.Accounts;

/// <summary>
/// Made when it is first asked for. What an act needs only for owners, such as the mails to them, is asked for in this form: the command
/// line does the same act for operators and, where it need not write a mail, has no key to write one with.
/// </summary>
internal sealed class Deferred<T>(IServiceProvider services) : Lazy<T>(services.GetRequiredService<T>)
    where T : class;
