using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary>A run for people: what became of each resource, then how it ended.</summary>
internal static class RunView
{
    public static void Write(Terminal terminal, RunRecord run)
    {
        if (run.Results.Count > 0)
        {
            var grid = new Grid("PHASE", "WAVE", "RESOURCE", "RESULT", "MESSAGE");
            foreach (var r in run.Results)
            {
                grid.Add(
                    r.Phase, Words.Wave(r.Wave), r.Resource + (r.IsHook ? " (hook)" : ""),
                    Palette.Result(r.Status), r.Message);
            }

            grid.Write(terminal);
            terminal.Out.WriteLine();
        }

        var took = run.FinishedAt is { } end ? $" in {(end - run.StartedAt).TotalSeconds:0.0} s" : "";
        terminal.Out.WriteLine($"{run.Application}: {run.Phase}{took} at {string.Join(", ", run.Revisions.Select(Words.Revision))}: {run.Message}");
    }
}
