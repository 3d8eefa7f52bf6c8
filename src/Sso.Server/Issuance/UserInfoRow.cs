using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Server.Issuance;

/// <summary>A person and the access before the one behind a grant. Number and former access only where they were asked for.</summary>
public sealed class UserInfoRow
{
    /// <summary>No more of the row than claims tell.</summary>
    public required Person Person { get; init; }

    /// <summary>The newest number that the person proved, sealed, and the row that it is bound to.</summary>
    public required byte[]? Number { get; init; }

    public required Guid? NumberId { get; init; }

    /// <summary>E.164; opened where it is asked for.</summary>
    public string? PhoneNumber => Number is null ? null : Sealer!.UnprotectText(SecondFactor.ContextOf(NumberId!.Value), Number);

    /// <summary>The single claims of the grant (OIDC Core §5.5).</summary>
    public required List<string> Claims { get; init; }

    public required DateTimeOffset? PreviousAccessAt { get; init; }

    public required string? PreviousAccessAddress { get; init; }

    internal Sealer? Sealer { get; set; }
}
