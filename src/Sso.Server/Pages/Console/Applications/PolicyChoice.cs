namespace Sso.Server.Pages.Console.Applications;

/// <summary>What may be chosen as second factor, and what is.</summary>
internal sealed record PolicyChoice(IEnumerable<SecondFactorPolicy> Offered, SecondFactorPolicy Chosen);
