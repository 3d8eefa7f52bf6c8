using Microsoft.AspNetCore.Mvc;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>
/// A page that enrols an app or a number: with recovery codes still to be saved it is part of three steps, otherwise of two.
/// </summary>
public abstract class FactorPage : EnrolmentPage
{
    public int Steps => Owner.RecoveryCodesSavedAt is null ? 3 : 2;

    /// <summary>The code was right; who has recovery codes already does not make them again.</summary>
    protected IActionResult Enrolled() => InFlow || Owner.RecoveryCodesSavedAt is null ? Continue() : SeeOther("/account/mfa/done");
}
