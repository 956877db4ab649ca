using System.Globalization;
using Plumb.Commands.Terminals;
using Plumb.Reconcile.States;

namespace Plumb.Commands.OneShot;

/// <summary>One line on the error stream whenever what a person would see of an application changes.</summary>
internal sealed class ProgressLines(Terminal terminal, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);

    public void Show(IReadOnlyList<ApplicationState> states)
    {
        var width = states.Count == 0 ? 0 : states.Max(s => s.Spec.Name.Length);
        foreach (var state in states)
        {
            var line = $"{state.Spec.Name.PadRight(width)}  {state.Sync,-9}  {state.Health.Status,-11}  {Explanation.Of(state)}".TrimEnd();
            if (_last.TryGetValue(state.Spec.Name, out var last) && last == line) continue;
            _last[state.Spec.Name] = line;
            terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_start).TotalSeconds,6:0.0}s  {line}"));
        }
    }
}
