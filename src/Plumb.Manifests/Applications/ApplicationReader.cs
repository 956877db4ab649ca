using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Projects;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Applications;

/// <summary>What application files hold.</summary>
/// <param name="Applications">Applications without faults, in file order.</param>
/// <param name="Projects">Projects without faults, in file order.</param>
/// <param name="Others">Other Kubernetes objects found beside them.</param>
/// <param name="Diagnostics">Warnings and errors, in file order.</param>
public sealed record ApplicationFile(
    IReadOnlyList<ApplicationSpec> Applications, IReadOnlyList<ProjectSpec> Projects, IReadOnlyList<Manifest> Others,
    IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>
/// Reads <c>Application</c> and <c>AppProject</c> of <c>argoproj.io/v1alpha1</c> and <c>Application</c> and <c>Project</c> of
/// <c>plumb.dev/v1</c>, which share their fields. Fields not supported yet are named in warnings; wrong types and missing fields are
/// errors, and what has errors is left out.
/// </summary>
public static class ApplicationReader
{
    private const string Argo = "argoproj.io";
    private const string Plumb = "plumb.dev";

    /// <summary>Reads the applications and projects of documents; other objects are handed back.</summary>
    public static ApplicationFile Read(IReadOnlyList<YamlDocument> documents)
    {
        var diagnostics = new List<Diagnostic>();
        var applications = new List<ApplicationSpec>();
        var projects = new List<ProjectSpec>();
        var others = new List<Manifest>();
        foreach (var manifest in ManifestReader.FromDocuments(documents, diagnostics))
        {
            if (IsApplication(manifest.Object))
            {
                if (ReadApplication(manifest, diagnostics) is { } application) applications.Add(application);
            }
            else if (IsProject(manifest.Object))
            {
                if (ReadProject(manifest, diagnostics) is { } project) projects.Add(project);
            }
            else
            {
                others.Add(manifest);
            }
        }

        return new ApplicationFile(applications, projects, others, diagnostics);
    }

    /// <summary>Whether Plumb takes the object as an application instead of sending it to a cluster.</summary>
    public static bool IsApplication(KubeObject value) => value.Kind == "Application" && IsOurGroup(value);

    /// <summary>Whether Plumb takes the object as a project.</summary>
    public static bool IsProject(KubeObject value)
    {
        var kind = value.GroupVersionKind;
        return (kind.Kind, kind.Group) is ("AppProject", Argo) or ("Project", Plumb);
    }

    /// <summary>Reads one application; null when it has errors.</summary>
    public static ApplicationSpec? ReadApplication(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        var faults = new List<Diagnostic>();
        var value = manifest.Object;
        var root = new FieldReader(manifest, value.Root, [], faults);
        root.Ignore("apiVersion", "kind", "metadata", "status");
        root.NotSupported("operation");
        CheckVersion(manifest, root);
        var metadata = Metadata(root);
        var sources = (IReadOnlyList<SourceSpec>)[];
        var application = new ApplicationSpec { Name = value.Name, Sources = sources };
        if (root.Map("spec") is not { } spec)
        {
            if (!root.Has("spec")) root.Error("spec", "is missing");
        }
        else
        {
            application = application with
            {
                Namespace = value.Namespace,
                Labels = metadata.TextMap("labels"),
                Annotations = metadata.TextMap("annotations"),
                Finalizers = metadata.Texts("finalizers"),
                Project = spec.Text("project") is { Length: > 0 } project ? project : "default",
                Sources = Sources(spec),
                Destination = Destination(spec.Map("destination")),
                SyncPolicy = SyncPolicyReader.Read(spec.Map("syncPolicy"), metadata),
                DependsOn = DependsOn(spec),
                IgnoreDifferences = [.. (spec.Maps("ignoreDifferences") ?? []).Select(IgnoreDifferences)],
                RevisionHistoryLimit = spec.Whole("revisionHistoryLimit", 10),
                Origin = manifest.Origin,
                Digest = CanonicalJson.Digest(value.Root),
            };
            foreach (var finalizer in application.Finalizers.Where(f => !ApplicationFinalizers.IsKnown(f)))
                metadata.Warn("finalizers", $"holds \"{finalizer}\", which means nothing to Plumb and is ignored");
            if (application.RevisionHistoryLimit < 0) spec.Error("revisionHistoryLimit", "must not be negative");
            spec.NotSupported("info", "sourceHydrator");
            spec.Finish();
        }

        root.Finish();
        return Passed(faults, diagnostics) ? application : null;
    }

    /// <summary>Reads one project; null when it has errors.</summary>
    public static ProjectSpec? ReadProject(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        var faults = new List<Diagnostic>();
        var root = new FieldReader(manifest, manifest.Object.Root, [], faults);
        root.Ignore("apiVersion", "kind", "metadata", "status");
        CheckVersion(manifest, root);
        Metadata(root);
        var project = new ProjectSpec
        {
            Name = manifest.Object.Name,
            Origin = manifest.Origin,
            Digest = CanonicalJson.Digest(manifest.Object.Root),
        };
        if (root.Map("spec") is { } spec)
        {
            project = project with
            {
                Description = spec.Text("description"),
                SourceRepos = spec.Texts("sourceRepos"),
                Destinations = [.. (spec.Maps("destinations") ?? []).Select(d => Destination(d))],
                ClusterResourceWhitelist = Kinds(spec, "clusterResourceWhitelist") ?? [],
                ClusterResourceBlacklist = Kinds(spec, "clusterResourceBlacklist") ?? [],
                NamespaceResourceWhitelist = Kinds(spec, "namespaceResourceWhitelist"),
                PruneGuard = PruneGuardReader.Read(spec),
                SyncWindows = [.. (spec.Maps("syncWindows") ?? []).Select(SyncWindowReader.Read).OfType<SyncWindowSpec>()],
                NamespaceResourceBlacklist = Kinds(spec, "namespaceResourceBlacklist") ?? [],
                OrphanedResources = Orphaned(spec.Map("orphanedResources")),
                DestinationServiceAccounts = ServiceAccountsOf(spec),
                PermitOnlyProjectScopedClusters = spec.Flag("permitOnlyProjectScopedClusters"),
                Roles = ProjectRoleReader.Read(spec, project.Name),
            };
            spec.NotSupported("sourceNamespaces", "signatureKeys", "sourceIntegrity");
            spec.Finish();
        }

        root.Finish();
        return Passed(faults, diagnostics) ? project : null;
    }

    private static bool IsOurGroup(KubeObject value) => value.GroupVersionKind.Group is Argo or Plumb;

    private static bool Passed(List<Diagnostic> faults, ICollection<Diagnostic> diagnostics)
    {
        foreach (var fault in faults) diagnostics.Add(fault);
        return faults.TrueForAll(f => f.Severity != Severity.Error);
    }

    private static void CheckVersion(Manifest manifest, FieldReader root)
    {
        var version = manifest.Object.ApiVersion;
        if (version is not (Argo + "/v1alpha1" or Plumb + "/v1"))
            root.Error("apiVersion", $"is {version}; Plumb reads argoproj.io/v1alpha1 and plumb.dev/v1");
    }

    private static FieldReader Metadata(FieldReader root)
    {
        var metadata = root.Map("metadata")!;
        if (metadata.Text("name").Length == 0) metadata.Error("name", "is missing; generateName is not enough here");
        return metadata;
    }

    private static List<SourceSpec> Sources(FieldReader spec)
    {
        var found = new List<SourceSpec>();
        var one = spec.Map("source");
        var many = spec.Maps("sources");

        // As in Argo CD, sources win when both are given.
        if (many is { Count: > 0 })
        {
            if (one is not null) spec.Warn("source", "is ignored because sources is given; remove one");
            foreach (var source in many) found.Add(ReadSource(source));
        }
        else if (one is not null)
        {
            found.Add(ReadSource(one));
        }
        else if (!spec.Has("source") && !spec.Has("sources"))
        {
            spec.Error("source", spec.Has("sourceHydrator") ? "is missing; sourceHydrator is not supported yet"
                : "is missing; give source or sources");
        }
        else if (spec.Has("sources") && many is { Count: 0 })
        {
            spec.Error("sources", "is empty");
        }

        return found;
    }

    /// <summary>Reads one source.</summary>
    internal static SourceSpec ReadSource(FieldReader source)
    {
        var spec = new SourceSpec
        {
            RepoUrl = source.Required("repoURL"),
            Path = source.Text("path"),
            Chart = source.Text("chart"),
            TargetRevision = source.Text("targetRevision") is { Length: > 0 } revision ? revision : "HEAD",
            Ref = source.Text("ref") is { Length: > 0 } name ? name : null,
            Directory = Directory(source.Map("directory")),
            Helm = HelmReader.Read(source.Map("helm")),
            Kustomize = KustomizeReader.Read(source.Map("kustomize")),
            Written = Json.WriteText(source.Written),
        };
        if (spec.Path.StartsWith('/')) source.Error("path", "must be relative to the repository's root; remove the leading slash");
        if (spec.Chart.Length > 0 && source.Text("targetRevision").Length == 0)
            source.Error("targetRevision", "is missing: say which version of the chart; \"*\" takes the latest");
        if (spec.Chart.Length > 0 && spec.Path.Length > 0) source.Warn("path", "is ignored because chart is given; remove one");
        if (source.Has("plugin")) source.Error("plugin", "is not supported: without it the manifests would be others than you meant");
        source.Ignore("name", "plugin");
        if (spec is { Helm: not null, Kustomize: not null }) source.Error("kustomize", "cannot be given together with helm; remove one");
        source.NotSupported("tagPrefix");
        source.Finish();
        return spec;
    }

    private static DirectorySpec? Directory(FieldReader? directory)
    {
        if (directory is null) return null;
        var spec = new DirectorySpec(directory.Flag("recurse"), directory.Text("include"), directory.Text("exclude"));
        directory.NotSupported("jsonnet", "disableExtensionFilter");
        directory.Finish();
        return spec;
    }

    private static DestinationSpec Destination(FieldReader? destination)
    {
        if (destination is null) return new DestinationSpec();
        var spec = new DestinationSpec(destination.Text("name"), destination.Text("server"), destination.Text("namespace"));
        if (spec.Name.Length > 0 && spec.Server.Length > 0 && spec != new DestinationSpec("*", "*", spec.Namespace) && !IsPattern(spec))
            destination.Error("name", "cannot be given together with server; remove one");
        destination.Finish();
        return spec;
    }

    /// <summary>A project may state both, as each is a pattern there.</summary>
    private static bool IsPattern(DestinationSpec spec) => (spec.Name + spec.Server + spec.Namespace).AsSpan().IndexOfAny('*', '!') >= 0;

    private static List<string> DependsOn(FieldReader spec)
    {
        var names = new List<string>();
        foreach (var dependency in spec.Maps("dependsOn") ?? [])
        {
            var name = dependency.Required("name");
            if (name.Length > 0 && !names.Contains(name)) names.Add(name);
            dependency.Finish();
        }

        return names;
    }

    private static IgnoreDifferencesSpec IgnoreDifferences(FieldReader entry)
    {
        var spec = new IgnoreDifferencesSpec
        {
            Group = entry.Text("group"),
            Kind = entry.Required("kind"),
            Name = entry.Text("name"),
            Namespace = entry.Text("namespace"),
            JsonPointers = entry.Texts("jsonPointers"),
            JqPathExpressions = entry.Texts("jqPathExpressions"),
            ManagedFieldsManagers = entry.Texts("managedFieldsManagers"),
        };
        if (spec.JsonPointers.FirstOrDefault(p => p.Length > 0 && !p.StartsWith('/')) is { } wrong)
            entry.Error("jsonPointers", $"holds \"{wrong}\"; a JSON pointer begins with a slash");
        for (var i = 0; i < spec.JqPathExpressions.Count; i++)
        {
            if (JqFault(spec.JqPathExpressions[i]) is { } fault)
                entry.Error("jqPathExpressions", $"holds at [{i}] the expression \"{spec.JqPathExpressions[i]}\", which cannot be read: {fault}");
        }

        entry.Finish();
        return spec;
    }

    private static string? JqFault(string expression)
    {
        try
        {
            Jq.JqProgram.Parse(expression);
            return null;
        }
        catch (Jq.JqSyntaxException e)
        {
            return e.Message;
        }
    }

    /// <summary>What Argo CD refuses in a project is refused here too: an entry that is not understood must not fall back to more rights.</summary>
    private static List<DestinationServiceAccount> ServiceAccountsOf(FieldReader spec)
    {
        var accounts = new List<DestinationServiceAccount>();
        foreach (var entry in spec.Maps("destinationServiceAccounts") ?? [])
        {
            var account = new DestinationServiceAccount(entry.Text("server"), entry.Text("namespace"), entry.Required("defaultServiceAccount"));
            if (!ServiceAccounts.IsValidPattern(account.Server)) entry.Error("server", $"is no pattern: \"{account.Server}\"");
            if (!ServiceAccounts.IsValidPattern(account.Namespace)) entry.Error("namespace", $"is no pattern: \"{account.Namespace}\"");
            if (account.DefaultServiceAccount.Length > 0 && !ServiceAccounts.IsValidName(account.DefaultServiceAccount))
                entry.Error("defaultServiceAccount", $"must be name or namespace:name; this is \"{account.DefaultServiceAccount}\"");
            if (accounts.Exists(a => a.Server == account.Server && a.Namespace == account.Namespace))
                entry.Error("server", "and namespace are those of an earlier entry; remove one of the two");
            entry.Finish();
            accounts.Add(account);
        }

        return accounts;
    }

    private static OrphanedResourcesSpec? Orphaned(FieldReader? orphaned)
    {
        if (orphaned is null) return null;
        var ignore = new List<OrphanPattern>();
        foreach (var entry in orphaned.Maps("ignore") ?? [])
        {
            ignore.Add(new OrphanPattern(entry.Text("group"), entry.Text("kind"), entry.Text("name")));
            entry.Finish();
        }

        var warn = orphaned.Flag("warn", otherwise: true);
        orphaned.Finish();
        return new OrphanedResourcesSpec(warn, ignore);
    }

    private static List<KindPattern>? Kinds(FieldReader spec, string field)
    {
        if (spec.Maps(field) is not { } entries) return null;
        var kinds = new List<KindPattern>(entries.Count);
        foreach (var entry in entries)
        {
            kinds.Add(new KindPattern(entry.Text("group"), entry.Required("kind")));
            entry.NotSupported("name");
            entry.Finish();
        }

        return kinds;
    }
}
