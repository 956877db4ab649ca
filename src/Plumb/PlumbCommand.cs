using System.CommandLine;
using System.CommandLine.Help;
using Plumb.Commands.Account;
using Plumb.Commands.App;
using Plumb.Commands.Audit;
using Plumb.Commands.Cluster;
using Plumb.Commands.Contexts;
using Plumb.Commands.Helm;
using Plumb.Commands.Kustomize;
using Plumb.Commands.Project;
using Plumb.Commands.Repo;
using Plumb.Commands.Session;
using Plumb.Commands.Terminals;
using Plumb.Commands.Token;

namespace Plumb.Commands;

/// <summary>The command line as a whole.</summary>
internal static class PlumbCommand
{
    /// <summary>Given once, holds for every command.</summary>
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Show what goes on inside, and where a fault came from", Recursive = true };

    public static RootCommand Create(Terminal terminal)
    {
        var server = new ServerConnection(terminal);
        var root = new RootCommand("Plumb keeps clusters equal to Git: exactly what a reviewed commit says, and nothing else.")
        {
            Verbose,
            DemoCommand.Create(terminal),
            ServeCommand.Create(terminal),
            ReconcileCommand.Create(terminal),
            DiffCommand.Create(terminal),
            RenderCommand.Create(terminal),
            HelmCommand.Create(terminal),
            KustomizeCommand.Create(terminal.Out, terminal.Error, FetchedBases.FetchAsync),
            SandboxCommand.Create(terminal),
            AppCommand.Create(terminal),
            ClusterCommand.Create(terminal),
            ProjectCommand.Create(terminal),
            RepoCommand.Create(terminal),
            LoginCommand.Create(terminal, server),
            LogoutCommand.Create(terminal, server),
            ContextCommand.Create(terminal, server),
            AccountCommand.Create(terminal),
            TokenCommand.Create(terminal),
            SessionCommand.Create(terminal),
            AuditCommand.Create(terminal),
            VersionCommand.Create(terminal),
            CompletionCommand.Create(terminal),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new DetailedHelp((HelpAction)help.Action!);
        ShowHelpWhenNothingIsAsked(root, help);
        return root;
    }

    private static void ShowHelpWhenNothingIsAsked(Command command, HelpOption help)
    {
        if (command.Subcommands.Count > 0 && command.Action is null)
            command.SetAction(result => ((DetailedHelp)help.Action!).Invoke(result));
        foreach (var child in command.Subcommands) ShowHelpWhenNothingIsAsked(child, help);
    }
}
