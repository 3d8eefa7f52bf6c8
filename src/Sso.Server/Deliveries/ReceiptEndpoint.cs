using Microsoft.AspNetCore.Http.HttpResults;
using Sso.Delivery.Receipts;

namespace Sso.Server.Deliveries;

/// <summary>
/// Where providers report what became of a text: anybody may call, but only what is signed for a route in use is read, and every answer is
/// empty.
/// </summary>
internal static class ReceiptEndpoint
{
    private const int LongestBody = 64 * 1024;

    /// <summary>One provider sends queries if its account is set that way.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(ReceiptAddresses.Path + "{route}", ["GET", "POST"], HandleAsync);

    private static async Task<StatusCodeHttpResult> HandleAsync(
        string route, HttpRequest http, IEnumerable<IReceiptReader> readers, TextReceipts receipts, CancellationToken cancellation)
    {
        if (readers.SingleOrDefault(candidate => candidate.Route == route) is not { } reader)
        {
            return TypedResults.StatusCode(StatusCodes.Status404NotFound);
        }

        var body = new byte[LongestBody + 1];
        var length = await http.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        if (length > LongestBody)
        {
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        var reading = reader.Read(new ReceiptCall
        {
            Query = http.QueryString.Value ?? "",
            Body = body.AsMemory(0, length),
            ContentType = http.ContentType,
            Authorization = http.Headers.Authorization.FirstOrDefault(),
            Signature = http.Headers["X-Twilio-Signature"].FirstOrDefault(),
        });
        switch (reading)
        {
            case ReceiptReading.NotSigned:
                receipts.Refused(route, "unsigned");
                return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
            case ReceiptReading.Forged forged:
                receipts.Refused(route, forged.Why);
                return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
            case ReceiptReading.Read read when !await receipts.StoreAsync(route, read, cancellation):
                return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
            default:
                return TypedResults.StatusCode(StatusCodes.Status204NoContent);
        }
    }
}
