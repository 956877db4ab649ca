using System.CommandLine;

namespace Plumb.Commands.Helm;

/// <summary>Flags of <c>helm template</c> that change nothing in what it prints, and those that are refused.</summary>
internal static class IgnoredFlags
{
    private static readonly string[] Switches =
    [
        "--create-namespace", "--force-replace", "--force", "--force-conflicts", "--replace", "--wait-for-jobs",
        "--disable-openapi-validation", "--rollback-on-failure", "--atomic", "--skip-crds", "--render-subchart-notes", "--enable-dns",
        "--hide-notes", "--take-ownership", "--debug", "--release-name",
    ];

    private static readonly string[] Texts =
    [
        "--timeout", "--description", "--labels",
        "--server-side", "--repository-cache",
    ];

    private static readonly (string Name, string Reason)[] Refused =
    [
    ];

    private static readonly (string Name, string Reason)[] RefusedTexts =
    [
        ("--post-renderer", "programs are not run here"),
        ("--post-renderer-args", "programs are not run here"),
        ("--output-dir", "results go to standard output only"),
    ];

    /// <summary>Adds them to a command; what is given gives the reason to refuse it, or null.</summary>
    public static Func<ParseResult, string?> AddTo(Command command)
    {
        foreach (var name in Switches) command.Add(new Option<bool>(name) { Hidden = true });
        foreach (var name in Texts) command.Add(new Option<string>(name) { Hidden = true });
        command.Add(new Option<string>("--wait") { Hidden = true, Arity = ArgumentArity.ZeroOrOne });
        var switches = Refused.Select(r => (Option: new Option<bool>(r.Name) { Hidden = true }, r.Reason)).ToList();
        var texts = RefusedTexts.Select(r => (Option: new Option<string>(r.Name) { Hidden = true }, r.Reason)).ToList();
        foreach (var (option, _) in switches) command.Add(option);
        foreach (var (option, _) in texts) command.Add(option);
        return parsed =>
        {
            foreach (var (option, reason) in switches)
            {
                if (parsed.GetValue(option)) return $"{option.Name} is not supported: {reason}";
            }

            foreach (var (option, reason) in texts)
            {
                if (parsed.GetValue(option) is not null) return $"{option.Name} is not supported: {reason}";
            }

            return null;
        };
    }
}
