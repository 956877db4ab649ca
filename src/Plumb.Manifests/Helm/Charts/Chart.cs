using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>
/// A chart with the charts in it (<c>pkg/chart/v2/chart.go</c>). What was loaded is never changed and may be shared; a render works on a
/// <see cref="Clone"/>, of which files and default values stay shared.
/// </summary>
public sealed class Chart
{
    private List<Chart> _dependencies = [];

    internal Chart(ChartMetadata metadata) => Metadata = metadata;

    /// <summary><c>Chart.yaml</c>.</summary>
    public ChartMetadata Metadata { get; private init; }

    /// <summary>The files below <c>templates/</c>.</summary>
    public IReadOnlyList<ChartFile> Templates { get; internal init; } = [];

    /// <summary>All other files: what <c>.Files</c> shows.</summary>
    public IReadOnlyList<ChartFile> Files { get; internal init; } = [];

    /// <summary><c>values.schema.json</c>; null when there is none.</summary>
    public ChartFile? Schema { get; internal init; }

    /// <summary><c>values.yaml</c>: the defaults.</summary>
    public GoMap Values { get; internal set; } = new();

    /// <summary>The name, or the alias.</summary>
    public string Name => Metadata.Name;

    /// <summary>The chart that this one is in; null for the outermost.</summary>
    public Chart? Parent { get; private set; }

    /// <summary>The charts in <c>charts/</c>.</summary>
    public IReadOnlyList<Chart> Dependencies => _dependencies;

    /// <summary>Whether nothing is printed of it: its templates are there to be included.</summary>
    public bool IsLibrary => Metadata.Type.Equals("library", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where its files are, as <c># Source:</c> lines and messages name it.</summary>
    public string FullPath => Parent is null ? Name : $"{Parent.FullPath}/charts/{Name}";

    /// <summary>A copy to process dependencies on.</summary>
    public Chart Clone()
    {
        var copy = Shallow();
        copy.SetDependencies(_dependencies.Select(d => d.Clone()));
        return copy;
    }

    /// <summary>A copy with the same dependencies under it, themselves copied one level deep: what an alias makes.</summary>
    internal Chart CopyForAlias(string alias)
    {
        var copy = Shallow();
        copy.SetDependencies(_dependencies.Select(d =>
        {
            var below = d.Same();
            below._dependencies = d._dependencies;
            return below;
        }));
        if (alias.Length > 0) copy.Metadata.Name = alias;
        return copy;
    }

    internal void SetDependencies(IEnumerable<Chart> charts)
    {
        _dependencies = [.. charts];
        foreach (var chart in _dependencies) chart.Parent = this;
    }

    private Chart Shallow() => new(Metadata.Clone()) { Templates = Templates, Files = Files, Schema = Schema, Values = Values };

    private Chart Same() => new(Metadata) { Templates = Templates, Files = Files, Schema = Schema, Values = Values };
}
