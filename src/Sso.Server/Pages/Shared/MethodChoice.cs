
namespace Sso.Server.Pages.Shared;

/// <summary>Second factors as the values of radio buttons.</summary>
internal static class MethodChoice
{
    private static readonly (ProofMethod Method, string Value)[] All =
        [
            (ProofMethod.Passkey, "passkey"), (ProofMethod.AuthenticatorApp, "app"),
            (ProofMethod.TextMessage, "sms"), (ProofMethod.RecoveryCode, "recovery"),
            (ProofMethod.MailCode, "mail"),
        ];

    public static string ValueOf(ProofMethod method) => All.Single(choice => choice.Method == method).Value;

    /// <summary>The offered methods, the best first and recovery codes last.</summary>
    public static IEnumerable<ProofMethod> InOrder(IReadOnlySet<ProofMethod> offered) =>
        from choice in All where offered.Contains(choice.Method) select choice.Method;

    /// <summary>Null if nothing was chosen, or nothing that is offered.</summary>
    public static ProofMethod? Chosen(IReadOnlySet<ProofMethod> offered, string? value) =>
        (from choice in All where choice.Value == value && offered.Contains(choice.Method) select (ProofMethod?)choice.Method)
            .FirstOrDefault();
}
