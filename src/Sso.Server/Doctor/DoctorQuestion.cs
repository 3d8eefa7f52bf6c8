using System.Security.Cryptography;
using System.Text.Json;
using Sso.Data.Secrets;

namespace Sso.Server.Doctor;

/// <summary>
/// The header with which the doctor asks how the server sees it, and the server answers. Both are sealed under the data keys of the
/// installation: a stranger can neither ask nor read an answer, and one answer belongs to one question.
/// </summary>
internal sealed record DoctorQuestion(string Text, byte[] Nonce)
{
    public const string Header = "Sso-Doctor";

    private const int LongestText = 300;
    private const string Asked = "doctor.question";
    private const string Answered = "doctor.answer";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public static DoctorQuestion New(Sealer sealer)
    {
        var nonce = RandomNumberGenerator.GetBytes(16);
        return new(sealer.Seal(Asked, nonce, Life), nonce);
    }

    /// <summary>Null for what the doctor of this installation did not ask.</summary>
    public static DoctorQuestion? Open(Sealer sealer, string text) =>
        text.Length <= LongestText && sealer.Open(Asked, text) is { } nonce ? new(text, nonce) : null;

    public string Answer(Sealer sealer, ServerSight sight) => sealer.Seal(
        Answered, [.. Nonce, .. JsonSerializer.SerializeToUtf8Bytes(sight, ServerSightJson.Default.ServerSight)], Life);

    /// <summary>Null if there is none to this question.</summary>
    public ServerSight? Read(Sealer sealer, HttpResponseMessage answer) =>
        answer.Headers.TryGetValues(Header, out var values) && values.ToList() is [var text]
        && sealer.Open(Answered, text) is { } plain && plain.AsSpan().StartsWith(Nonce)
            ? JsonSerializer.Deserialize(plain.AsSpan(Nonce.Length), ServerSightJson.Default.ServerSight)
            : null;
}
