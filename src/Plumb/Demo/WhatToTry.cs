using Plumb.Commands.Terminals;

namespace Plumb.Commands.Demo;

/// <summary>Where the parts of the demo are.</summary>
/// <param name="Repository">The Git repository.</param>
/// <param name="Kubeconfig">The sandbox's kubeconfig.</param>
/// <param name="Server">The server.</param>
/// <param name="NeedsAddress">Whether <c>plumb app</c> must be told where the server is.</param>
internal sealed record DemoPlaces(string Repository, string Kubeconfig, Uri Server, bool NeedsAddress);

/// <summary>Commands to copy, each with what it shows.</summary>
internal static class WhatToTry
{
    public static void Write(Terminal terminal, DemoPlaces places)
    {
        Line("");
        Line($"The page: {places.Server}");
        Line("");
        Line("In another terminal:");
        Line("");
        Command($"alias plumb='{ProgramName()}'");
        Command($"export KUBECONFIG={places.Kubeconfig}");
        if (places.NeedsAddress) Command($"export PLUMB_SERVER={places.Server.ToString().TrimEnd('/')}");
        Command($"cd {places.Repository}");
        Say("Look around");
        Command("plumb app list");
        Command("plumb app tree shop");
        Command("kubectl get pods -A");
        Say("Why is one of them red?");
        Command("plumb app get broken");
        Say("Drift: somebody scales by hand, and it is undone at once");
        Command("kubectl -n shop scale deployment/web --replicas=5 && sleep 1 && kubectl -n shop get deployment web");
        Command("kubectl -n shop delete service api; kubectl -n shop get service api --watch");
        Say("A commit: the change that counts (seen within 3 s, or at once with `app refresh`)");
        Command("sed -i.bak 's/nginx:1.27/nginx:1.28/' shop/web.yaml && git commit -am 'A newer web' && plumb app refresh shop");
        Command("plumb app wait shop && plumb app history shop");
        Say("A mistake: the error comes with its file and line, and what runs stays");
        Command("echo '  broken: [' >> shop/web.yaml && git commit -am Oops && plumb app refresh shop; sleep 1; plumb app get shop");
        Command("git revert --no-edit HEAD && plumb app refresh shop");
        Say("Mend the broken one");
        Command("sed -i.bak 's/sandbox-missing.//' broken/release.yaml && git commit -am 'An image that exists' && plumb app refresh broken");
        Line("");
        Line("Ctrl-C ends the demo and removes its files.");
        return;

        void Line(string text) => terminal.Out.WriteLine(text);
        void Command(string text) => Line(terminal.OutColour ? $"    \u001b[36m{text}\u001b[0m" : "    " + text);
        void Say(string text)
        {
            Line("");
            Line(terminal.OutColour ? $"  \u001b[1m{text}\u001b[0m" : "  " + text);
        }
    }

    /// <summary>How this program was started, as a command that works from any folder.</summary>
    private static string ProgramName()
    {
        var path = Environment.ProcessPath ?? "plumb";
        return Path.GetFileNameWithoutExtension(path) == "dotnet" ? $"dotnet {Path.Combine(AppContext.BaseDirectory, "plumb.dll")}" : path;
    }
}
