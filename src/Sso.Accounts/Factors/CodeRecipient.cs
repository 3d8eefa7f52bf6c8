using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.People;

namespace Sso.Accounts.Factors;

/// <summary>Where the code of a challenge goes.</summary>
public abstract record CodeRecipient
{
    private CodeRecipient() { }

    /// <summary>The row that a challenge belongs to, so that a code for one phone or mailbox is never right for another.</summary>
    public abstract Guid Id { get; }

    public sealed record Phone(SecondFactor Factor, TextPurpose Purpose) : CodeRecipient
    {
        public override Guid Id => Factor.Id;
    }

    /// <summary>The confirmed address of a person.</summary>
    public sealed record Mailbox(Person Owner) : CodeRecipient
    {
        public override Guid Id => Owner.Id;

        /// <summary>"a•••@example.it"</summary>
        public string Masked => EmailAddress.Mask(Owner.Email!);
    }
}
