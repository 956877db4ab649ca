using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Charts;

/// <summary><c>Chart.yaml</c> (<c>pkg/chart/v2/metadata.go</c>). Absent texts are empty.</summary>
public sealed class ChartMetadata
{
    /// <summary><c>name</c>; of an aliased dependency its alias.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>home</c>.</summary>
    public string Home { get; set; } = "";

    /// <summary><c>sources</c>.</summary>
    public List<string> Sources { get; set; } = [];

    /// <summary><c>version</c>, a semantic version.</summary>
    public string Version { get; set; } = "";

    /// <summary><c>description</c>.</summary>
    public string Description { get; set; } = "";

    /// <summary><c>keywords</c>.</summary>
    public List<string> Keywords { get; set; } = [];

    /// <summary><c>maintainers</c>; null stands for an empty item.</summary>
    public List<ChartMaintainer?> Maintainers { get; set; } = [];

    /// <summary><c>icon</c>.</summary>
    public string Icon { get; set; } = "";

    /// <summary><c>apiVersion</c>: <c>v1</c> or <c>v2</c>.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary><c>condition</c>.</summary>
    public string Condition { get; set; } = "";

    /// <summary><c>tags</c>.</summary>
    public string Tags { get; set; } = "";

    /// <summary><c>appVersion</c>.</summary>
    public string AppVersion { get; set; } = "";

    /// <summary><c>deprecated</c>.</summary>
    public bool Deprecated { get; set; }

    /// <summary><c>annotations</c>; null when not given.</summary>
    public SortedDictionary<string, string>? Annotations { get; set; }

    /// <summary><c>kubeVersion</c>: a range.</summary>
    public string KubeVersion { get; set; } = "";

    /// <summary><c>dependencies</c>; null when not given, which Helm tells from none. A null item is an empty one.</summary>
    public List<ChartDependency?>? Dependencies { get; set; }

    /// <summary><c>type</c>: <c>application</c> (also when empty) or <c>library</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>A copy whose dependencies may be changed.</summary>
    public ChartMetadata Clone()
    {
        var copy = (ChartMetadata)MemberwiseClone();
        copy.Dependencies = Dependencies?.Select(d => d?.Clone()).ToList();
        return copy;
    }
}

/// <summary>An item of <c>maintainers</c>.</summary>
public sealed class ChartMaintainer
{
    /// <summary><c>name</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>email</c>.</summary>
    public string Email { get; set; } = "";

    /// <summary><c>url</c>.</summary>
    public string Url { get; set; } = "";
}

/// <summary>An item of <c>dependencies</c> (<c>pkg/chart/v2/dependency.go</c>).</summary>
public sealed class ChartDependency
{
    /// <summary><c>name</c>; once dependencies are processed the alias, if there is one.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>version</c>: a range.</summary>
    public string Version { get; set; } = "";

    /// <summary><c>repository</c>.</summary>
    public string Repository { get; set; } = "";

    /// <summary><c>condition</c>: paths into the values, the first that is a boolean counts.</summary>
    public string Condition { get; set; } = "";

    /// <summary><c>tags</c>.</summary>
    public List<string> Tags { get; set; } = [];

    /// <summary><c>enabled</c>.</summary>
    public bool Enabled { get; set; }

    /// <summary><c>import-values</c>.</summary>
    public List<GoValue> ImportValues { get; set; } = [];

    /// <summary><c>alias</c>.</summary>
    public string Alias { get; set; } = "";

    /// <summary>A copy.</summary>
    public ChartDependency Clone() => (ChartDependency)MemberwiseClone();
}
