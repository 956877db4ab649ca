using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Contexts;

/// <summary><c>plumb context</c>: servers that one is signed in to.</summary>
internal static class ContextCommand
{
    public static Command Create(Terminal terminal, ServerConnection server) =>
        new DocumentedCommand("context", "Look at and choose among the servers that `plumb login` knows") { Notes = DestinationRules.InWords, Examples = "plumb context list\nplumb context use prod" }
            .With(
                ContextListCommand.Create(terminal, server),
                ContextUseCommand.Create(terminal, server),
                ContextGetCommand.Create(terminal, server),
                ContextRemoveCommand.Create(terminal, server));

    /// <summary>A context's name, completed from the file.</summary>
    public static Argument<string> Name()
    {
        var name = new Argument<string>("name") { Description = "The context", HelpName = "NAME" };
        name.CompletionSources.Add(_ => ServerConnection.ContextNames());
        return name;
    }
}
