using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Server.Issuance;

/// <summary>A person and the access before the one behind a grant. Number and former access only if they were asked for.</summary>
internal sealed class UserInfoRow
{
    /// <summary>No more of the row than the claims need.</summary>
    public required Person Person { get; init; }

    /// <summary>The newest number that the person proved, sealed, and the row to which it is bound.</summary>
    public required byte[]? Number { get; init; }

    public required Guid? NumberId { get; init; }

    /// <summary>E.164; opened only if it is asked for.</summary>
    public string? PhoneNumber => Number is null ? null : Sealer!.UnprotectText(SecondFactor.ContextOf(NumberId!.Value), Number);

    /// <summary>The individual claims of the grant (OIDC Core §5.5).</summary>
    public required List<string> Claims { get; init; }

    public required DateTimeOffset? PreviousAccessAt { get; init; }

    public required string? PreviousAccessAddress { get; init; }

    internal Sealer? Sealer { get; set; }
}
