using System.CommandLine;
using System.Globalization;
using System.Resources;
using Sso.Admin.Diagnosis;

namespace Sso.Server.Commands;

/// <summary><c>sso client doctor</c>: the words are those of the page of the console.</summary>
internal static class ClientDoctorCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Option<int> Hours = new("--hours") { Description = "How far back. [168]", DefaultValueFactory = _ => 168 };

    private static readonly ResourceManager Words = new(typeof(Pages.Console.Applications.Doctor));

    public static Command Build(CommandHost host)
    {
        var doctor = new Command("doctor", "Say what failed lately, and the exact field to mend.") { Id, Hours };
        doctor.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var back = TimeSpan.FromHours(Math.Clamp(parsed.GetValue(Hours), 1, 24 * 366));
                var outcome = await services.GetRequiredService<DiagnoseClient>()
                    .ExecuteAsync(parsed.GetRequiredValue(Id), back, seesOthers: true, cancellation);
                if (outcome.Failed(out var refusal, out var diagnoses))
                {
                    return output.Refuse(refusal);
                }

                output.Done(diagnoses, CommandJson.Readable.ClientDiagnoses, people => Describe(people, diagnoses));
                return diagnoses.Found.All(found => found.IsDoubt) ? ExitCode.Done : ExitCode.Refused;
            },
            cancellation));
        return doctor;
    }

    public static string InWords(ClientMistake mistake) => Words.GetString(mistake.ToString(), CultureInfo.GetCultureInfo("en"))!;

    private static void Describe(CommandOutput people, ClientDiagnoses diagnoses)
    {
        if (diagnoses.Found.IsEmpty)
        {
            people.Say($"Nothing of {diagnoses.Client.Id} failed in that time that is not mended.");
        }

        foreach (var found in diagnoses.Found)
        {
            people.Judge(found.IsDoubt ? null : false, InWords(found.Mistake), remedy: null);
            people.Facts(
                (found.IsOurs ? "  field of the registration" : "  field of the application", found.Field),
                ("  received", found.Received),
                (found.IsDoubt ? "  registered" : "  expected", found.Registered),
                ("  type", found.Command),
                ("  but", found.IsForeign ? Words.GetString("OnlyIfYours", CultureInfo.GetCultureInfo("en")) : null),
                ("  last", found.At is null ? null : $"{CommandOutput.Time(found.At)}{Times(found.Count)}"));
        }
    }

    private static string Times(int count) => count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", {count} times");
}
