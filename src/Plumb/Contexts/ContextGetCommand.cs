using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Contexts;

/// <summary><c>plumb context get</c>.</summary>
internal static class ContextGetCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = ContextCommand.Name();
        name.Arity = ArgumentArity.ZeroOrOne;
        name.Description = "The context. Default: the current one";
        var output = Output.Option();
        var command = new DocumentedCommand("get", "One context; its token is not shown") { Examples = "plumb context get\nplumb context get prod -o json" }.With(name, output);
        command.SetAction(parsed =>
        {
            var all = server.Contexts.Read();
            var chosen = parsed.GetValue(name) ?? (all.Current.Length > 0 ? all.Current : throw new UsageException("there is no current context: `plumb login URL`, or `plumb context use NAME`"));
            var view = ContextView.Of(all.Get(chosen), all);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, view, ContextJson.Default.ContextView)) Write(terminal, view);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(Terminal terminal, ContextView view)
    {
        var facts = new Grid("", "");
        facts.Add("Name:", view.Name + (view.Current ? " (current)" : ""));
        facts.Add("Server:", view.Server);
        if (view.Account.Length > 0) facts.Add("Account:", view.Account);
        facts.Add("Token:", ContextListCommand.Token(view, terminal.Now));
        if (view.CaFile.Length > 0) facts.Add("Authorities:", view.CaFile);
        if (view.InsecureHttp) facts.Add("Plain HTTP:", new Cell("allowed; others can read the token on the way", "yellow"));
        facts.Write(terminal, headings: false);
    }
}
