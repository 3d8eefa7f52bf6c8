namespace Sso.Accounts.Deletion;

/// <summary>What became of asking for one's account to be deleted.</summary>
public enum DeletionOutcome
{
    Requested,
    AskedBefore,

    /// <summary>Nobody would hold the rights of the installation: somebody else has to become an owner first.</summary>
    IsOnlyOwner,
}
