namespace Sso.Accounts.Administrators;

/// <summary>How far a role reaches in one act.</summary>
public enum Reach
{
    None,

    /// <summary>The applications of this administrator; every other is as if it did not exist.</summary>
    Own,
    All,
}
