using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Commands.OneShot;
using Plumb.Commands.Terminals;
using Plumb.Manifests;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;
using Plumb.Server.Composition;

namespace Plumb.Commands;

/// <summary><c>plumb render</c>: what a path in Git, or an application, comes to. No cluster is asked.</summary>
internal static class RenderCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string?>("source")
        {
            Description = "A path inside a local Git repository, of which the last commit (HEAD) is rendered, or a path in any repository",
            HelpName = "PATH|GITURL[//path][@rev]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var files = DesiredInput.Option();
        files.Description = "Render these applications instead";
        files.Required = false;
        var ns = new Option<string>("--namespace", "-n") { Description = "Namespace of objects that name none. Default: default", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into the folders below" };
        var values = new Option<string[]>("--values") { Description = "Values file of a chart: a path from the chart, or from the repository's root with a leading slash", HelpName = "PATH" };
        var set = new Option<string[]>("--set") { Description = "Value of a chart", HelpName = "NAME=VALUE" };
        var releaseName = new Option<string>("--release-name") { Description = "Release name of a chart", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var tracking = new Option<bool>("--tracking") { Description = "Keep the tracking annotation that a sync adds (always kept with -f)" };
        var repositoryMap = EngineSettings.RepositoryMapOption();
        var allowWebFiles = EngineSettings.AllowWebFilesOption();
        var command = new DocumentedCommand("render",
            "Print the manifests that a sync would apply, as YAML. What counts is what is committed: uncommitted changes are left out.")
        {
            Examples = """
                plumb render ./apps/shop
                plumb render https://git.example.com/shop.git//deploy@v1.2.0
                plumb render -f application.yaml --repo-map https://git.example.com/shop.git=.
                """,
        };
        command.Add(path);
        command.Add(files);
        command.Add(ns);
        command.Add(recurse);
        command.Add(values);
        command.Add(set);
        command.Add(releaseName);
        command.Add(tracking);
        command.Add(repositoryMap);
        command.Add(allowWebFiles);
        command.SetAction(async (parsed, ct) =>
        {
            IReadOnlyList<ApplicationSpec> applications;
            if (parsed.GetValue(files) is { Length: > 0 } names)
            {
                if (parsed.GetValue(path) is not null) throw new UsageException("give a path or -f, not both");
                applications = (await DesiredInput.ReadAsync(names, terminal, ct)).Applications;
            }
            else
            {
                var given = parsed.GetValue(path) ?? throw new UsageException("give a path, a Git address, or applications with -f");
                var directory = parsed.GetValue(recurse) ? new DirectorySpec(Recurse: true) : null;
                var located = await LocateAsync(terminal, given, parsed.GetValue(ns)!, directory, ct);
                applications = [WithHelm(located, parsed.GetValue(values) ?? [], parsed.GetValue(set) ?? [], parsed.GetValue(releaseName)!)];
            }

            using var scratch = new TemporaryFolder();
            await using var sources = new SourceSet(
                new EngineOptions
                {
                    DataFolder = scratch.FullPath,
                    RepositoryMap = EngineSettings.ReadMap(parsed.GetValue(repositoryMap)),
                    AllowWebFiles = parsed.GetValue(allowWebFiles),
                },
                NullLoggerFactory.Instance, TimeProvider.System);
            var printed = new List<Node>();
            var good = true;
            foreach (var application in applications)
            {
                foreach (var result in await RenderAsync(sources.All, application, ct))
                {
                    good &= Report(terminal, application, result);
                    printed.AddRange(result.Resources.OfType<ManifestResource>().Select(r => (Node)r.Object.Root));
                }
            }

            if (!good) return ExitCode.CannotRun;
            Write(terminal, printed, keepTracking: parsed.GetValue(tracking) || parsed.GetValue(path) is null);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The application with what the flags say about its chart; unchanged when they say nothing.</summary>
    private static ApplicationSpec WithHelm(ApplicationSpec application, string[] values, string[] set, string releaseName)
    {
        if (values.Length + set.Length == 0 && releaseName.Length == 0) return application;
        var helm = new HelmSpec
        {
            ValueFiles = values,
            Parameters = [.. set.Select(s => s.IndexOf('=') is var at and > 0
                ? new HelmParameter(s[..at], s[(at + 1)..])
                : throw new UsageException($"--set {s}: give NAME=VALUE"))],
            ReleaseName = releaseName,
        };
        var written = new MapNode
        {
            ["valueFiles"] = new ListNode(values.Select(v => (Node)v)),
            ["parameters"] = new ListNode(helm.Parameters.Select(p => (Node)new MapNode { ["name"] = p.Name, ["value"] = p.Value })),
            ["releaseName"] = releaseName,
        };
        return application with { Sources = [.. application.Sources.Select(s => s with { Helm = helm, Written = Written(s.RepoUrl, "helm", written) })] };
    }

    /// <summary>The source as an application would have written it.</summary>
    private static string Written(string repoUrl, string section, MapNode content) =>
        Json.WriteText(new MapNode { ["repoURL"] = repoUrl, [section] = content });

    private static async Task<IReadOnlyList<RenderResult>> RenderAsync(ISource from, ApplicationSpec application, CancellationToken ct)
    {
        var renderer = new ManifestRenderer();
        var results = new List<RenderResult>();
        foreach (var source in application.Sources)
        {
            var resolved = await from.ResolveAsync(source, Freshness.Mirror, ct);
            var tree = await from.OpenAsync(source, resolved.Commit, ct);
            var references = await from.OpenReferencesAsync(application, source, Freshness.Mirror, ct);
            results.Add(renderer.Render(
                new RenderRequest(tree, application, source, new TargetCapabilities()) { References = references }, ct));
        }

        return results;
    }

    /// <summary>Says what is wrong and what is not printed; false when the render does not stand.</summary>
    private static bool Report(Terminal terminal, ApplicationSpec application, RenderResult result)
    {
        foreach (var diagnostic in result.Diagnostics)
        {
            if (diagnostic.Severity == Severity.Error) terminal.Fault(diagnostic.ToString());
            else terminal.Warn(diagnostic.ToString());
        }

        if (result.Applications.Count + result.Projects.Count > 0)
        {
            var names = result.Projects.Select(p => "Project/" + p.Name).Concat(result.Applications.Select(a => "Application/" + a.Name));
            terminal.Note($"{application.Name} also registers {string.Join(", ", names)} with Plumb; these are not sent to the cluster and not printed");
        }

        return result.Succeeded;
    }

    private static void Write(Terminal terminal, IReadOnlyList<Node> objects, bool keepTracking)
    {
        for (var i = 0; i < objects.Count; i++)
        {
            if (i > 0) terminal.Out.Write("---\n");
            terminal.Out.Write(YamlWriter.Write(keepTracking ? objects[i] : WithoutTracking(objects[i])));
        }
    }

    private static Node WithoutTracking(Node value)
    {
        var copy = value.DeepClone();
        if (copy["metadata"].AsMap() is not { } metadata || metadata["annotations"].AsMap() is not { } annotations) return copy;
        annotations.Remove(TrackingId.Annotation);
        if (annotations.Count == 0) metadata.Remove("annotations");
        return copy;
    }

    /// <summary>An application that stands for the path.</summary>
    private static async Task<ApplicationSpec> LocateAsync(Terminal terminal, string given, string ns, DirectorySpec? directory,
        CancellationToken ct)
    {
        var address = Directory.Exists(given) ? await LocalRepository.FindAsync(given, terminal, ct) : RootAddress.Parse(given);
        if (!given.Contains(':') && !Directory.Exists(address.RepoUrl)) throw new UsageException($"there is no folder {address.RepoUrl}");
        var name = Path.GetFileName((address.Path.Length > 0 ? address.Path : address.RepoUrl).TrimEnd('/'));
        return new ApplicationSpec
        {
            Name = name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name,
            Sources = [new SourceSpec { RepoUrl = address.RepoUrl, Path = address.Path, TargetRevision = address.Revision, Directory = directory }],
            Destination = new DestinationSpec(Namespace: ns),
        };
    }
}
