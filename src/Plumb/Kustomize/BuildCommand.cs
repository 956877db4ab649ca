using System.CommandLine;
using System.Text;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Sources;

namespace Plumb.Commands.Kustomize;

/// <summary><c>plumb kustomize build</c>: the same flags, output and exit codes as <c>kustomize build</c> and <c>kubectl kustomize</c>.</summary>
internal static class BuildCommand
{
    private const int Refused = 1; // what kustomize exits with

    /// <summary>Flags for programs and containers, which are never run here.</summary>
    private static readonly string[] ProgramFlags = ["--enable-alpha-plugins", "--enable-exec", "--network", "--as-current-user"];

    private static readonly string[] ProgramTexts = ["--env", "--mount", "--network-name"];

    public static Command Create(TextWriter output, TextWriter error, RemoteFetch? remotes)
    {
        var folder = new Argument<string>("folder")
        {
            Description = "Folder of the kustomization, or a folder of a Git repository",
            HelpName = "DIR|GITURL",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => ".",
        };
        var to = new Option<string>("--output", "-o") { Description = "Write to this file; into a folder, one file for each object", HelpName = "PATH" };
        var restrictor = new Option<string>("--load-restrictor")
        {
            Description = "LoadRestrictionsRootOnly: files have to be in the folder that names them, or below; LoadRestrictionsNone: anywhere",
            HelpName = "WHICH",
            DefaultValueFactory = _ => "LoadRestrictionsRootOnly",
        };
        var enableHelm = new Option<bool>("--enable-helm") { Description = "Render the charts that helmCharts names" };
        var kubeVersion = new Option<string>("--helm-kube-version") { Description = "Kubernetes version for charts", HelpName = "VERSION", DefaultValueFactory = _ => "" };
        var apiVersions = new Option<string[]>("--helm-api-versions") { Description = "API versions for charts", HelpName = "VERSIONS" };
        var reorder = new Option<string>("--reorder") { Description = "legacy: by kind, then by name; none: as found", HelpName = "HOW", DefaultValueFactory = _ => "legacy" };
        var managedBy = new Option<bool>("--enable-managedby-label") { Description = "Add the label app.kubernetes.io/managed-by" };
        var command = new DocumentedCommand("build", "Build a kustomization and print its objects, as `kustomize build` and `kubectl kustomize` do. No cluster is asked.")
        {
            Examples = """
                plumb kustomize build overlays/production
                plumb kustomize build overlays/production --enable-helm -o production.yaml
                plumb kustomize build 'https://git.example.com/shop.git//deploy?ref=v1.2.0'
                """,
            Outcomes = ("done", "the kustomization was refused"),
        };
        command.Add(folder);
        foreach (Option option in (Option[])[to, restrictor, enableHelm, kubeVersion, apiVersions, reorder, managedBy]) command.Add(option);
        var refusal = AddRefused(command);
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                if (refusal(parsed) is { } reason) throw new KustomizeException(reason);
                var settings = new BuildSettings
                {
                    RestrictsToRoot = Restriction(parsed.GetValue(restrictor)!),
                    Order = Order(parsed.GetValue(reorder)!),
                    HelmEnabled = parsed.GetValue(enableHelm),
                    KubeVersion = parsed.GetValue(kubeVersion)!,
                    ApiVersions = [.. (parsed.GetValue(apiVersions) ?? []).SelectMany(v => v.Split(','))],
                    AddsManagedByLabel = parsed.GetValue(managedBy),
                };
                var built = await BuildAsync(parsed.GetValue(folder)!, settings, remotes, ct);
                foreach (var warning in built.Warnings) error.WriteLine(warning.Message);
                await WriteAsync(built, parsed.GetValue(to), output, ct);
                return ExitCode.Ok;
            }
            catch (KustomizeException fault)
            {
                error.WriteLine(fault.At is { File.Length: > 0 } at ? $"Error: {Shown(at.File)}{at.ToString()[at.File.Length..]}: {fault.Message}" : $"Error: {fault.Message}");
                return Refused;
            }
        });
        return command;
    }

    private static async Task<KustomizeOutput> BuildAsync(string folder, BuildSettings settings, RemoteFetch? remotes, CancellationToken ct)
    {
        ITree tree;
        string path;
        if (RemoteAddress.Parse(folder) is { } address)
        {
            if (remotes is null) throw new KustomizeException($"{folder} is in another repository; clone it first, or use plumb kustomize build");
            tree = new KustomizationOf(address);
            path = "";
        }
        else
        {
            var full = Path.GetFullPath(folder);
            if (!Directory.Exists(full)) throw new KustomizeException($"must build at directory: '{folder}' doesn't exist or is not a directory");

            // The whole disk is the tree: on a developer's machine bases may be anywhere, as with the original.
            tree = new FolderTree("/");
            path = full.Trim('/');
        }

        if (remotes is not null) settings = settings with { Remote = await remotes(tree, path, settings, ct) };
        try
        {
            return KustomizeBuild.Run(tree, path, settings, ct);
        }
        finally
        {
            if (settings.Remote is IAsyncDisposable fetched) await fetched.DisposeAsync();
        }
    }

    private static async Task WriteAsync(KustomizeOutput built, string? to, TextWriter output, CancellationToken ct)
    {
        if (to is not { Length: > 0 })
        {
            await output.FlushAsync(ct);
            await using var bytes = Console.OpenStandardOutput();
            await bytes.WriteAsync(Encoding.UTF8.GetBytes(built.ToYaml()), ct);
            return;
        }

        try
        {
            if (Directory.Exists(to)) await WriteEachAsync(built, to, ct);
            else await File.WriteAllTextAsync(to, built.ToYaml(), ct);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new KustomizeException($"{to} cannot be written: {fault.Message}");
        }
    }

    /// <summary>A file for each object, named after it; the namespace stands in front where there are several.</summary>
    private static async Task WriteEachAsync(KustomizeOutput built, string folder, CancellationToken ct)
    {
        string Namespace(BuiltObject one) => one.Value["metadata"]["namespace"].AsString() ?? "";
        var several = built.Objects.Select(Namespace).Distinct().Count() > 1;
        foreach (var one in built.Objects)
        {
            var lead = several && Namespace(one) is { Length: > 0 } ns ? ns + "_" : "";
            var version = (one.Value["apiVersion"].AsString() ?? "").Replace('/', '_');
            var name = $"{lead}{version}_{one.Value["kind"].AsString()}_{one.Value["metadata"]["name"].AsString()}.yaml".ToLowerInvariant();
            await File.WriteAllTextAsync(Path.Combine(folder, name.Replace('/', '_')), YamlWriter.Write(one.Value), ct);
        }
    }

    private static bool Restriction(string text) => text switch
    {
        "LoadRestrictionsRootOnly" or "rootOnly" or "" => true,
        "LoadRestrictionsNone" or "none" => false,
        _ => throw new KustomizeException(
            $"illegal flag value --load-restrictor {text}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]"),
    };

    private static BuildOrder Order(string text) => text switch
    {
        "legacy" => BuildOrder.Legacy,
        "none" => BuildOrder.Found,
        _ => throw new KustomizeException($"illegal flag value --reorder {text}; legal values: [legacy none]"),
    };

    private static Func<ParseResult, string?> AddRefused(Command command)
    {
        var flags = ProgramFlags.Select(f => new Option<bool>(f) { Hidden = true }).ToList();
        var texts = ProgramTexts.Select(f => new Option<string[]>(f) { Hidden = true }).ToList();
        foreach (var option in flags) command.Add(option);
        foreach (var option in texts) command.Add(option);
        command.Add(new Option<string>("--helm-command") { Hidden = true });
        command.Add(new Option<bool>("--helm-debug") { Hidden = true });
        return parsed =>
        {
            var given = flags.Find(f => parsed.GetValue(f))?.Name ?? texts.Find(t => parsed.GetValue(t) is { Length: > 0 })?.Name;
            return given is null ? null : $"{given} is not supported: programs and containers are never run while manifests are rendered";
        };
    }

    private static string Shown(string file)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, "/" + file);
        return relative.StartsWith("../../..", StringComparison.Ordinal) ? "/" + file : relative;
    }

    /// <summary>A folder of another repository as the only resource of a kustomization.</summary>
    private sealed class KustomizationOf(RemoteAddress address) : ITree
    {
        private const string FileName = "kustomization.yaml";

        public string Commit => "";

        public DependencyRecord Dependencies => DependencyRecord.Empty;

        public TreeEntry? Find(string path) => path.Trim('/') switch
        {
            "" => new TreeEntry("", "", TreeEntryKind.Directory, ""),
            FileName => new TreeEntry(FileName, FileName, TreeEntryKind.File, ""),
            _ => null,
        };

        public IReadOnlyList<TreeEntry> List(string path) => [Find(FileName)!];

        public ReadOnlyMemory<byte> Read(string path) =>
            Encoding.UTF8.GetBytes($"resources:\n- {YamlWriter.Write(address.Written).TrimEnd('\n')}\n");

        public bool Matches(DependencyRecord record) => false;
    }
}
