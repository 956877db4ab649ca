using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Clusters;

/// <summary>A context of a kubeconfig.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Server">Address of its cluster; empty when the file does not say.</param>
public sealed record KubeconfigContext(string Name, string Server);

/// <summary>
/// Kubeconfig files, read by kubectl's rules: of several the first that names something wins, paths are meant from the file's folder.
/// </summary>
public sealed class Kubeconfig
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int MaxTextLength = 1024 * 1024;

    private readonly Dictionary<string, Entry> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _contexts = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly string _named;

    private Kubeconfig(string named) => _named = named;

    /// <summary>An entry of a file, with the folder that its paths are meant from; null: it may name no files.</summary>
    private sealed record Entry(Node Value, string? Folder);

    /// <summary>The contexts, in file order.</summary>
    public IReadOnlyList<KubeconfigContext> Contexts =>
        [.. _order.Select(name => new KubeconfigContext(name, _clusters.GetValueOrDefault(ClusterOf(name))?.Value["server"].AsString() ?? ""))];

    /// <summary><c>current-context</c>; empty when not given.</summary>
    public string CurrentContext { get; private set; } = "";

    /// <summary>The files that kubectl uses when none is named: those of <c>KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    public static IReadOnlyList<string> DefaultFiles()
    {
        var named = Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return named is { Length: > 0 } ? named : [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config")];
    }

    /// <summary>Reads files; of several, those that are not there are passed over.</summary>
    /// <exception cref="TargetException">None is there, or one cannot be read.</exception>
    public static async Task<Kubeconfig> ReadAsync(IReadOnlyList<string> files, CancellationToken ct)
    {
        var read = new Kubeconfig("kubeconfig " + string.Join(", ", files));
        var found = false;
        foreach (var file in files)
        {
            if (files.Count > 1 && !File.Exists(file)) continue;
            read.Add(await ReadFileAsync(file, ct), Path.GetDirectoryName(Path.GetFullPath(file)) ?? "");
            found = true;
        }

        return found ? read : throw new TargetException($"there is no {read._named}");
    }

    /// <summary>
    /// Reads a text that somebody handed in. What it names has to be in it: a path would be read on this machine, with the rights of this process,
    /// and sent to wherever the text says.
    /// </summary>
    /// <exception cref="TargetException">It cannot be read. Nothing of the text is repeated, as it holds secrets.</exception>
    public static Kubeconfig Parse(string text)
    {
        if (text.Length > MaxTextLength) throw new TargetException($"the kubeconfig has more than {MaxTextLength} characters");
        var diagnostics = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), "kubeconfig", diagnostics);
        if (diagnostics.Find(d => d.Severity == Severity.Error) is { } error)
            throw new TargetException($"the kubeconfig cannot be read as YAML{(error.Origin.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $": look at line {error.Origin.Line}") : "")}");
        var read = new Kubeconfig("the kubeconfig");
        if (documents.Count > 0) read.Add(documents[0].Value, null);
        if (read._order.Count == 0) throw new TargetException("the kubeconfig has no contexts; `kubectl config view --minify --flatten --raw` prints one of them whole");
        return read;
    }

    /// <summary>How to reach the cluster of a context.</summary>
    /// <exception cref="TargetException">The context is not there, incomplete, or asks for what Plumb cannot do.</exception>
    public ClusterAccess Access(string context)
    {
        if (!_contexts.TryGetValue(context, out var found))
            throw new TargetException($"{_named} has no context {context}; it has {string.Join(", ", _order)}");
        var clusterName = ClusterOf(context);
        if (!_clusters.TryGetValue(clusterName, out var cluster))
            throw Fault(context, $"names the cluster \"{clusterName}\", which is not in it");
        var userName = found.Value["context"]["user"].AsString() ?? "";
        if (!_users.TryGetValue(userName, out var user) && userName.Length > 0)
            throw Fault(context, $"names the user \"{userName}\", which is not in it");
        return new KubeconfigAccess(cluster.Folder, user is null ? "" : user.Folder, what => Fault(context, what))
            .Read(cluster.Value, user?.Value["user"] ?? default);
    }

    private TargetException Fault(string context, string what) => new($"{_named}: the context {context} {what}");

    private string ClusterOf(string context) => _contexts[context].Value["context"]["cluster"].AsString() ?? "";

    private static async Task<Node> ReadFileAsync(string file, CancellationToken ct)
    {
        byte[] bytes;
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists) throw new TargetException($"there is no kubeconfig {file}");
            if (info.Length > MaxBytes) throw new TargetException($"kubeconfig {file} is larger than {MaxBytes} bytes");
            bytes = await File.ReadAllBytesAsync(file, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TargetException($"kubeconfig {file} cannot be read: {e.Message}", e);
        }

        var diagnostics = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(bytes, file, diagnostics);
        if (diagnostics.Find(d => d.Severity == Severity.Error) is { } error) throw new TargetException($"kubeconfig {error}");
        return documents.Count > 0 ? documents[0].Value : default;
    }

    private void Add(Node file, string? folder)
    {
        Take(file["clusters"], _clusters, "cluster");
        Take(file["users"], _users, "");
        Take(file["contexts"], _contexts, "");
        if (CurrentContext.Length == 0) CurrentContext = file["current-context"].AsString() ?? "";

        void Take(Node list, Dictionary<string, Entry> into, string inner)
        {
            foreach (var item in list.AsList() ?? [])
            {
                if (item["name"].AsString() is not { Length: > 0 } name) continue;
                var value = inner.Length > 0 ? item[inner] : item;
                if (into.TryAdd(name, new Entry(value, folder)) && ReferenceEquals(into, _contexts)) _order.Add(name);
            }
        }
    }
}
