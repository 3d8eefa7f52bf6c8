using Sso.Delivery.Mail;

namespace Sso.Testing;

/// <summary>A customer of a test.</summary>
public sealed record Customer(SsoServer Server, Guid Id, string UserName)
{
    public string Subject => Id.ToString("N");

    public string Email => $"{UserName}@example.it";

    public Task<IReadOnlyList<MailMessage>> MailsAsync() => Server.MailsToAsync(Email);

    public async Task<Customer> WithAppAsync()
    {
        await Server.EnrolAppAsync(Id);
        return this;
    }

    public async Task<Customer> WithPhoneAsync()
    {
        await Server.EnrolPhoneAsync(Id);
        return this;
    }
}
