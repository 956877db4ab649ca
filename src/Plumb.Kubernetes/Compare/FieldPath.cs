using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// Where a walk stands. A stack, so that walking equal documents allocates nothing; text is made only for what is reported.
/// </summary>
internal sealed class FieldPath
{
    private readonly List<Step> _steps = new(16);

    /// <summary>Steps below the root.</summary>
    public int Depth => _steps.Count;

    /// <summary>Enters a field of an object or a key of a map.</summary>
    public void PushField(string name) => _steps.Add(new(StepKind.Field, name, default, null, 0));

    /// <summary>Enters an item of a list that tells its items apart by keys.</summary>
    public void PushItem(Node item, IReadOnlyList<string> keys) => _steps.Add(new(StepKind.Item, "", item, keys, 0));

    /// <summary>Enters a value of a set.</summary>
    public void PushValue(Node value) => _steps.Add(new(StepKind.Value, "", value, null, 0));

    /// <summary>Enters a position of a list owned as a whole.</summary>
    public void PushIndex(int index) => _steps.Add(new(StepKind.Index, "", default, null, index));

    /// <summary>Leaves the innermost step.</summary>
    public void Pop() => _steps.RemoveAt(_steps.Count - 1);

    /// <summary>The name of a field step; null when the step is none or not there.</summary>
    public string? FieldAt(int depth) => depth < _steps.Count && _steps[depth].Kind == StepKind.Field ? _steps[depth].Name : null;

    /// <summary>The step as a key of <c>fieldsV1</c>.</summary>
    public string OwnershipKey(int depth)
    {
        var step = _steps[depth];
        return step.Kind switch
        {
            StepKind.Field => "f:" + step.Name,
            StepKind.Value => "v:" + Json.WriteText(step.Value),
            StepKind.Index => "i:" + step.Index.ToString(CultureInfo.InvariantCulture),
            _ => "k:" + Json.WriteText(KeysOf(step)),
        };
    }

    /// <summary>Such as <c>.spec.template.spec.containers[name="web"].image</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in _steps)
        {
            switch (step.Kind)
            {
                case StepKind.Field: text.Append('.').Append(step.Name); break;
                case StepKind.Index: text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]"); break;
                case StepKind.Value: text.Append("[=").Append(Json.WriteText(step.Value)).Append(']'); break;
                default:
                    text.Append('[').AppendJoin(',', KeysOf(step).Select(k => $"{k.Key}={Json.WriteText(k.Value)}")).Append(']');
                    break;
            }
        }

        return text.Length == 0 ? "." : text.ToString();
    }

    /// <summary>The keys that are set, sorted by name as the server writes them.</summary>
    private static MapNode KeysOf(Step step)
    {
        var keys = new MapNode();
        foreach (var key in step.Keys!.Order(StringComparer.Ordinal))
        {
            if (step.Value[key] is { IsNullOrAbsent: false } value) keys[key] = value;
        }

        return keys;
    }

    private enum StepKind : byte
    {
        Field,
        Item,
        Value,
        Index,
    }

    private readonly record struct Step(StepKind Kind, string Name, Node Value, IReadOnlyList<string>? Keys, int Index);
}
