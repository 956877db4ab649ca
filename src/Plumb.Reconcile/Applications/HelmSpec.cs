namespace Plumb.Reconcile.Applications;

/// <summary><c>source.helm</c>: how a chart is rendered. Field meaning is Argo CD's.</summary>
public sealed record HelmSpec
{
    /// <summary><c>releaseName</c>; empty: the application's name.</summary>
    public string ReleaseName { get; init; } = "";

    /// <summary><c>namespace</c> of the release; empty: the destination's.</summary>
    public string Namespace { get; init; } = "";

    /// <summary><c>version</c>: <c>v3</c> asks for Helm 3; otherwise Helm 4.</summary>
    public string Version { get; init; } = "";

    /// <summary>
    /// <c>valueFiles</c>, later ones winning: paths from the source's path, from the repository's root with a leading slash, globs, or
    /// <c>$ref/path</c> into another source of the application, or addresses of files on web servers (<c>https://…</c>).
    /// </summary>
    public IReadOnlyList<string> ValueFiles { get; init; } = [];

    /// <summary><c>ignoreMissingValueFiles</c>: files of <see cref="ValueFiles"/> that are not there are passed over.</summary>
    public bool IgnoreMissingValueFiles { get; init; }

    /// <summary><c>values</c>, or <c>valuesObject</c>, which wins, as YAML; laid over the files.</summary>
    public string Values { get; init; } = "";

    /// <summary><c>parameters</c>, laid over the values.</summary>
    public IReadOnlyList<HelmParameter> Parameters { get; init; } = [];

    /// <summary><c>fileParameters</c>: values that are the content of files.</summary>
    public IReadOnlyList<HelmFileParameter> FileParameters { get; init; } = [];

    /// <summary><c>skipCrds</c>: leave out the files below <c>crds/</c>.</summary>
    public bool SkipCrds { get; init; }

    /// <summary><c>skipTests</c>: leave out test hooks.</summary>
    public bool SkipTests { get; init; }

    /// <summary><c>skipSchemaValidation</c>: leave <c>values.schema.json</c> aside.</summary>
    public bool SkipSchemaValidation { get; init; }

    /// <summary><c>passCredentials</c>: send the repository's credentials to all hosts that a chart is fetched from.</summary>
    public bool PassCredentials { get; init; }

    /// <summary>
    /// <c>lookup</c> (Plumb's own): the template function of that name answers from the destination's cluster, in the namespaces and of the
    /// kinds that the project allows. Default: false, it finds nothing, as in Argo CD.
    /// </summary>
    public bool Lookup { get; init; }

    /// <summary><c>kubeVersion</c>; empty: the target's.</summary>
    public string KubeVersion { get; init; } = "";

    /// <summary><c>apiVersions</c>; empty: the target's.</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } = [];

    /// <summary>Those of <see cref="ValueFiles"/> and <see cref="FileParameters"/> that are on web servers: addresses with a scheme.</summary>
    public IEnumerable<string> RemoteFiles =>
        ValueFiles.Concat(FileParameters.Select(p => p.Path)).Where(f => f.Contains("://", StringComparison.Ordinal)).Distinct();

    /// <summary>Whether a file of another source is named by its <c>ref</c>.</summary>
    public bool Names(string reference) =>
        ValueFiles.Concat(FileParameters.Select(p => p.Path)).Any(f => f.StartsWith($"${reference}/", StringComparison.Ordinal));
}

/// <summary>One of <c>helm.parameters</c>.</summary>
/// <param name="Name">Path of keys, as of <c>--set</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="ForceString">Text, whatever it looks like.</param>
public sealed record HelmParameter(string Name, string Value, bool ForceString = false);

/// <summary>One of <c>helm.fileParameters</c>.</summary>
/// <param name="Name">Path of keys.</param>
/// <param name="Path">File, from the source's path.</param>
public sealed record HelmFileParameter(string Name, string Path);
