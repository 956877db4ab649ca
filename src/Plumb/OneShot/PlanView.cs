using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.OneShot;

/// <summary>Plans for people: the differences on the results stream, what is wrong on the other.</summary>
internal static class PlanView
{
    /// <summary>Writes all plans. Several applications are told apart by a heading.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<PlanRecord> plans)
    {
        foreach (var plan in plans)
        {
            foreach (var diagnostic in plan.Diagnostics) terminal.Warn($"{plan.Application}: {diagnostic}");
            foreach (var change in plan.Changes.Where(c => c.Action != "None"))
            {
                terminal.Out.WriteLine($"# {plan.Application}: {change.Action.ToLowerInvariant()} {change.Resource}");
                if (change.Live != change.Desired) DiffWriter.Write(terminal, change.Resource.ToString(), change.Live, change.Desired);
                else if (change.Fields.Count > 0)
                    terminal.Out.WriteLine($"# differs at {string.Join(", ", change.Fields)} (values are not shown)");
            }

            foreach (var change in plan.Changes.Where(c => c.Error is not null))
                terminal.Fault($"{plan.Application}: {change.Resource}: {change.Error}");
        }
    }

    /// <summary>0 none, 1 a difference, 2 something could not be compared.</summary>
    public static int ExitCodeOf(IReadOnlyList<PlanRecord> plans) =>
        plans.Any(p => p.Changes.Any(c => c.Error is not null)) ? ExitCode.CannotRun
        : plans.Any(p => p.Changes.Any(c => c.Action != "None")) ? ExitCode.No
        : ExitCode.Ok;
}
