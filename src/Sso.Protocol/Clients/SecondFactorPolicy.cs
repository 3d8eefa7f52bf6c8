namespace Sso.Protocol.Clients;

/// <summary>What a client demands beyond the password.</summary>
public enum SecondFactorPolicy
{
    /// <summary>Always a second factor; people who have none enrol at the first sign-in. The default.</summary>
    Required = 0,

    /// <summary>A second factor from those who have one.</summary>
    WhenEnrolled = 1,

    /// <summary>The password alone: machine tests and low-risk applications, never the default.</summary>
    None = 2,
}
