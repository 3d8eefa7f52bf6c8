using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Tests;

/// <summary>What a person does with a browser, each as a page would ask for it, in words that say nothing of which class does it.</summary>
internal static class Acts
{
    private static readonly CancellationToken Cancellation = CancellationToken.None;

    extension(Browser browser)
    {
        public Task ForgetPasswordAsync(string typed) =>
            browser.ActAsync<PasswordLinkRequest>((on, visit) => on.RequestAsync(visit, typed, Cancellation));

        public async Task AskForPasswordLinkAsync()
        {
            var signIn = await browser.SignInAsync();
            await browser.ActAsync<PasswordLinkRequest>((on, visit) => on.RequestByOwnerAsync(visit, signIn, Cancellation));
        }

        public Task<NewPasswordOutcome> ResetPasswordAsync(string? link, string password = AccountsDatabase.NewPassword) =>
            browser.ActAsync<ChangePassword, NewPasswordOutcome>((on, visit) => on.ResetAsync(visit, link, password, Cancellation));

        public async Task<NewPasswordOutcome> ChangePasswordAsync(
            string current = AccountsDatabase.Password, string password = AccountsDatabase.NewPassword, SignInRow? signIn = null)
        {
            signIn ??= await browser.SignInAsync();
            return await browser.ActAsync<ChangePassword, NewPasswordOutcome>(
                (on, visit) => on.ChangeAsync(visit, signIn, current, password, Cancellation));
        }

        public Task<bool> CloseByLinkAsync(string link, MailedLinkPurpose purpose = MailedLinkPurpose.NotMe) =>
            browser.ActAsync<CloseAccount, bool>((on, visit) => on.CloseByLinkAsync(visit, link, purpose, Cancellation));

        public async Task<bool> CloseByOwnerAsync()
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<CloseAccount, bool>((on, visit) => on.CloseByOwnerAsync(visit, signIn, Cancellation));
        }

        public Task MakeRecoveryCodesAsync(SignInRow signIn) =>
            browser.ActAsync<RecoveryCodeSet>((on, visit) => on.CreateAsync(visit, signIn, Cancellation));

        public Task<IReadOnlyList<string>?> RecoveryCodesBeingSavedAsync(SignInRow signIn) =>
            browser.ActAsync<RecoveryCodeSet, IReadOnlyList<string>?>((on, _) => on.BeingSavedAsync(signIn, Cancellation));

        public Task<CodeOutcome> ConfirmRecoveryCodeAsync(SignInRow signIn, string typed) =>
            browser.ActAsync<RecoveryCodeSet, CodeOutcome>((on, _) => on.ConfirmAsync(signIn, typed, Cancellation));

        public async Task<CodeOutcome> RecoveryCodeAsync(AuthorizationRequest request, string code)
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<RecoveryCodeSet, CodeOutcome>(
                (on, visit) => on.CheckAsync(visit, request, signIn, code, Cancellation));
        }

        public Task<AppEnrolmentView> BeginAppAsync(SignInRow signIn) =>
            browser.ActAsync<AppEnrolment, AppEnrolmentView>((on, _) => on.BeginAsync(signIn, Cancellation));

        public Task<CodeOutcome> ConfirmAppAsync(AuthorizationRequest request, SignInRow signIn, string code) =>
            browser.ActAsync<AppEnrolment, CodeOutcome>((on, visit) => on.ConfirmAsync(visit, request, signIn, code, Cancellation));

        public Task TrustAsync(SignInRow signIn) =>
            browser.ActAsync<TrustKeeping>((on, visit) => on.TrustAsync(visit, signIn, Cancellation));

        public async Task EndOthersAsync()
        {
            var signIn = await browser.SignInAsync();
            await browser.ActAsync<SessionEnding>((on, visit) => on.EndOthersAsync(visit, signIn, Cancellation));
        }

        public async Task<bool> EndOneAsync(Guid session)
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<SessionEnding, bool>((on, _) => on.EndAsync(signIn, session, Cancellation));
        }

        public async Task<IReadOnlyList<SessionView>> SessionsAsync()
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<SessionEnding, IReadOnlyList<SessionView>>((on, _) => on.ListAsync(signIn, Cancellation));
        }

        public async Task<RemovalOutcome> RemoveFactorAsync(Guid factor, SignInRow? signIn = null)
        {
            signIn ??= await browser.SignInAsync();
            return await browser.ActAsync<RemoveFactor, RemovalOutcome>(
                (on, visit) => on.ExecuteAsync(new Actor.Owner(visit, signIn), factor, Cancellation));
        }

        public async Task<bool> DisableTwoFactorAsync()
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<DisableTwoFactor, bool>((on, visit) => on.ExecuteAsync(visit, signIn, Cancellation));
        }

        public async Task<NumberUsesOutcome> UseNumbersAsync(params NumberUse[] wanted)
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<NumberUses, NumberUsesOutcome>((on, visit) => on.SetAsync(visit, signIn, wanted, Cancellation));
        }

        public async Task<EmailOutcome> AskForAddressAsync(string? typed)
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<EmailChange, EmailOutcome>((on, visit) => on.RequestAsync(visit, signIn, typed, Cancellation));
        }

        public Task<bool> ConfirmAddressAsync(string link) =>
            browser.ActAsync<EmailChange, bool>((on, visit) => on.ConfirmAsync(visit, link, Cancellation));

        public Task<bool> UndoAsync(string link) =>
            browser.ActAsync<UndoContactChanges, bool>((on, visit) => on.ExecuteAsync(new Actor.Mailbox(visit), link, Cancellation));

        public Task<NumberOutcome> AddNumberAsync(SignInRow signIn, string typed, NumberWish wish) =>
            browser.ActAsync<TextEnrolment, NumberOutcome>((on, visit) => on.BeginAsync(visit, signIn, "IT", typed, wish, Cancellation));

        public Task<CodeOutcome> ConfirmNumberAsync(AuthorizationRequest request, SignInRow signIn, string code) =>
            browser.ActAsync<TextEnrolment, CodeOutcome>((on, visit) => on.ConfirmAsync(visit, request, signIn, code, Cancellation));

        public async Task<bool> AskForDeletionAsync() => await browser.DeletionAsync() == DeletionOutcome.Requested;

        public async Task<DeletionOutcome> DeletionAsync()
        {
            var signIn = await browser.SignInAsync();
            return await browser.ActAsync<DeletionRequest, DeletionOutcome>((on, visit) => on.RequestAsync(visit, signIn, Cancellation));
        }

        public async Task CallOffDeletionAsync()
        {
            var signIn = await browser.SignInAsync();
            await browser.ActAsync<DeletionRequest>((on, visit) => on.CallOffAsync(visit, signIn, Cancellation));
        }

        public Task<bool> CallOffDeletionByLinkAsync(string link) =>
            browser.ActAsync<DeletionRequest, bool>((on, visit) => on.CallOffByLinkAsync(visit, link, Cancellation));
    }

    extension(AccountsDatabase accounts)
    {
        public Task<Person?> OwnerOfPasswordLinkAsync(string link) =>
            accounts.RunAsync<ChangePassword, Person?>(on => on.OwnerOfAsync(link, Cancellation));

        public Task<Person?> OwnerOfKeepLinkAsync(string link) =>
            accounts.RunAsync<DeletionRequest, Person?>(on => on.OwnerOfAsync(link, Cancellation));

        public Task WithdrawAddressAsync(Customer customer) =>
            accounts.RunAsync<EmailChange>(on => on.WithdrawAsync(customer.Id, Cancellation));

        public Task<int> RecoveryCodesLeftAsync(Customer customer) =>
            accounts.RunAsync<RecoveryCodeSet, int>(on => on.RemainingAsync(customer.Id, Cancellation));

        public Task TakeBackTrustAsync(Customer customer, Guid device) =>
            accounts.RunAsync<TrustKeeping>(on => on.ForgetAsync(customer.Id, device, Cancellation));

        public Task DueDeletionsAsync() => accounts.RunAsync<DeletePerson>(on => on.RunDueAsync(Cancellation));

        public Task DueRecoveriesAsync() => accounts.RunAsync<DueRecoveries>(on => on.RunAsync(Cancellation));
    }
}
