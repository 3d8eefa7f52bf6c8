using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary>
/// <c>sso completion</c>: what makes a shell complete commands and options. The shell asks the program itself, by the directive
/// <c>[suggest:POSITION]</c> of System.CommandLine.
/// </summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # For bash: source <(sso completion bash)
        _sso() {
          local line=${COMP_LINE#*[[:space:]]} IFS=$'\n'
          local position=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
          COMPREPLY=($(compgen -W "$(sso "[suggest:$position]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _sso sso
        """;

    private const string Zsh = """
        #compdef sso
        # For zsh, after compinit: source <(sso completion zsh)
        _sso() {
          local line="${(j: :)words[2,CURRENT]}"
          compadd -- ${(f)"$(sso "[suggest:${#line}]" "$line" 2>/dev/null)"}
        }
        compdef _sso sso
        """;

    private const string Fish = """
        # For fish: sso completion fish | source
        function __sso
          set -l line (string replace -r '^\S+\s+' '' -- (commandline -cp))
          sso "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -f -c sso -a '(__sso)'
        """;

    private static readonly Argument<string> Shell =
        new Argument<string>("shell") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong("bash", "zsh", "fish");

    public static Command Build(CommandHost host)
    {
        var completion = new Command("completion", "Print what makes a shell complete commands and options.") { Shell };
        completion.SetAction(parsed => host.Terminal.Out.WriteLine(parsed.GetValue(Shell) switch
        {
            "zsh" => Zsh,
            "fish" => Fish,
            _ => Bash,
        }));
        return completion;
    }
}
