using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands;

/// <summary><c>plumb completion</c>: scripts that ask the program itself for the words.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _plumb() {
          local IFS=$'\n' cur="${COMP_WORDS[COMP_CWORD]}"
          COMPREPLY=( $(compgen -W "$(plumb "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$cur") )
        }
        complete -o default -o bashdefault -F _plumb plumb
        """;

    private const string Zsh = """
        #compdef plumb
        _plumb() {
          local -a words_found
          words_found=("${(@f)$(plumb "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          if (( ${#words_found} )) && [[ -n "${words_found[1]}" ]]; then compadd -a words_found; else _files; fi
        }
        if [[ "$funcstack[1]" = "_plumb" ]]; then _plumb "$@"; else compdef _plumb plumb; fi
        """;

    private const string Fish = """
        function __plumb_complete
          set -l line (commandline -cp)
          plumb "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
        end
        complete -c plumb -a '(__plumb_complete)'
        """;

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish", HelpName = "bash|zsh|fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new DocumentedCommand("completion", "Print the script that teaches a shell to complete plumb's commands")
        {
            Examples = """
                source <(plumb completion bash)
                plumb completion zsh > "${fpath[1]}/_plumb"
                plumb completion fish > ~/.config/fish/completions/plumb.fish
                """,
        };
        command.Add(shell);
        command.SetAction(parsed =>
        {
            terminal.Out.WriteLine(parsed.GetValue(shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash });
            return ExitCode.Ok;
        });
        return command;
    }
}
