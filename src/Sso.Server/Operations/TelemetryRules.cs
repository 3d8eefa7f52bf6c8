using FluentValidation;
using Sso.Settings;

namespace Sso.Server.Operations;

internal sealed class TelemetryRules : AbstractValidator<TelemetryOptions>
{
    public TelemetryRules()
    {
        RuleFor(telemetry => telemetry.Endpoint).IsAddress("http", "https")
            .Must(address => address!.IndexOfAny(['?', '#', '@']) < 0)
            .When(telemetry => telemetry.Endpoint is not null, ApplyConditionTo.CurrentValidator)
            .WithMessage("has a query, a fragment or credentials. Write the base address, and credentials as Telemetry:Headers:NAME.");
        RuleFor(telemetry => telemetry.Endpoint).NotNull()
            .When(telemetry => telemetry.Headers.Count > 0)
            .WithMessage("is not set, and Telemetry:Headers has a header for it.");
        RuleFor(telemetry => telemetry.Endpoint).Must(IsProtected)
            .When(telemetry => telemetry.Headers.Count > 0)
            .WithMessage("is http, and would send Telemetry:Headers unencrypted. Use https, or a loopback address.");
        RuleForEach(telemetry => telemetry.Headers).ByKey()
            .Must(header => IsHeader(header.Key, header.Value)).WithMessage("cannot be the name and value of a header.");
        RuleFor(telemetry => telemetry.ServiceName).NotEmpty().WithMessage("is empty.");
        RuleFor(telemetry => telemetry.MetricsEvery).LiesBetween(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        RuleFor(telemetry => telemetry.TracedShare).LiesBetween(0, 1);
    }

    private static bool IsProtected(string? endpoint) =>
        !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback;

    private static bool IsHeader(string name, string value)
    {
        using var request = new HttpRequestMessage();
        return value.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && request.Headers.TryAddWithoutValidation(name, value);
    }
}
