using Plumb.GoTemplate.Functions.Json;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary><c>.Capabilities</c>: what the cluster offers, or what Helm assumes without one.</summary>
public sealed class Capabilities : GoObject
{
    private static readonly GoType Pointer = GoType.Pointer(GoType.Struct(
        "common.Capabilities",
        new GoFunction("Copy", [GoType.Any], static (_, a) => a[0])));

    private static readonly GoType VersionSet = GoType.Named(
        "common.VersionSet",
        GoType.StringSlice,
        new GoFunction("Has", [GoType.Any, GoType.String], static (run, a) =>
        {
            var versions = a[0].List;
            run.Spend(versions.Count >> 3);
            for (var i = 0; i < versions.Count; i++)
            {
                if (versions[i].Text == a[1].Text) return GoValue.True;
            }

            return GoValue.False;
        }));

    private static readonly string[] Names = ["KubeVersion", "APIVersions", "HelmVersion"];

    private readonly GoValue _apiVersions;
    private readonly BuildInfo _helm;

    /// <summary>Capabilities of a version of Kubernetes.</summary>
    /// <param name="kubeVersion">The version; null for the one that Helm was built with.</param>
    /// <param name="apiVersions">API versions besides the default ones, such as <c>apps/v1</c> and <c>apps/v1/Deployment</c>.</param>
    /// <param name="helm">The Helm to be.</param>
    public Capabilities(KubeVersion? kubeVersion, IEnumerable<string> apiVersions, HelmVersion helm = HelmVersion.Four)
        : this(helm, kubeVersion ?? KubeVersion.Parse(helm == HelmVersion.Four ? "v1.35.0" : "v1.32.0"), DefaultsOf(helm).Concat(apiVersions))
    {
    }

    private Capabilities(HelmVersion helm, KubeVersion kubeVersion, IEnumerable<string> all)
    {
        KubeVersion = kubeVersion;
        _apiVersions = GoValue.From(GoList.Of(VersionSet, [.. all.Select(v => GoValue.From(v))]));
        _helm = new BuildInfo(helm);
    }

    /// <summary>What a cluster says of itself, and nothing besides: what Helm takes when it asks one.</summary>
    /// <param name="kubeVersion">Its version.</param>
    /// <param name="apiVersions">All that it serves.</param>
    public static Capabilities OfCluster(KubeVersion kubeVersion, IEnumerable<string> apiVersions) => new(HelmVersion.Four, kubeVersion, apiVersions);

    /// <summary>The version of Kubernetes.</summary>
    public KubeVersion KubeVersion { get; }

    /// <summary>The API versions that a Helm assumes, in its order: those that its client library for Kubernetes knows.</summary>
    public static IReadOnlyList<string> DefaultsOf(HelmVersion helm) => helm == HelmVersion.Four ? DefaultApiVersions : DefaultsOfThree;

    /// <summary>The API versions that Helm 4 assumes, in its order.</summary>
    public static IReadOnlyList<string> DefaultApiVersions { get; } =
    [
        "v1",
        "admissionregistration.k8s.io/v1",
        "admissionregistration.k8s.io/v1alpha1",
        "admissionregistration.k8s.io/v1beta1",
        "internal.apiserver.k8s.io/v1alpha1",
        "apps/v1",
        "apps/v1beta1",
        "apps/v1beta2",
        "authentication.k8s.io/v1",
        "authentication.k8s.io/v1alpha1",
        "authentication.k8s.io/v1beta1",
        "authorization.k8s.io/v1",
        "authorization.k8s.io/v1beta1",
        "autoscaling/v1",
        "autoscaling/v2",
        "autoscaling/v2beta1",
        "autoscaling/v2beta2",
        "batch/v1",
        "batch/v1beta1",
        "certificates.k8s.io/v1",
        "certificates.k8s.io/v1beta1",
        "certificates.k8s.io/v1alpha1",
        "coordination.k8s.io/v1alpha2",
        "coordination.k8s.io/v1beta1",
        "coordination.k8s.io/v1",
        "discovery.k8s.io/v1",
        "discovery.k8s.io/v1beta1",
        "events.k8s.io/v1",
        "events.k8s.io/v1beta1",
        "extensions/v1beta1",
        "flowcontrol.apiserver.k8s.io/v1",
        "flowcontrol.apiserver.k8s.io/v1beta1",
        "flowcontrol.apiserver.k8s.io/v1beta2",
        "flowcontrol.apiserver.k8s.io/v1beta3",
        "networking.k8s.io/v1",
        "networking.k8s.io/v1beta1",
        "node.k8s.io/v1",
        "node.k8s.io/v1alpha1",
        "node.k8s.io/v1beta1",
        "policy/v1",
        "policy/v1beta1",
        "rbac.authorization.k8s.io/v1",
        "rbac.authorization.k8s.io/v1beta1",
        "rbac.authorization.k8s.io/v1alpha1",
        "resource.k8s.io/v1",
        "resource.k8s.io/v1beta2",
        "resource.k8s.io/v1beta1",
        "resource.k8s.io/v1alpha3",
        "scheduling.k8s.io/v1alpha1",
        "scheduling.k8s.io/v1beta1",
        "scheduling.k8s.io/v1",
        "storage.k8s.io/v1beta1",
        "storage.k8s.io/v1",
        "storage.k8s.io/v1alpha1",
        "storagemigration.k8s.io/v1beta1",
        "apiextensions.k8s.io/v1beta1",
        "apiextensions.k8s.io/v1",
    ];

    private static IReadOnlyList<string> DefaultsOfThree { get; } =
    [
        .. DefaultApiVersions.Where(v => v is not ("resource.k8s.io/v1" or "resource.k8s.io/v1beta2")).SelectMany(v => v switch
        {
            "networking.k8s.io/v1" => (string[])[v, "networking.k8s.io/v1alpha1"],
            "storagemigration.k8s.io/v1beta1" => ["storagemigration.k8s.io/v1alpha1"],
            _ => [v],
        }),
    ];

    /// <inheritdoc/>
    public override GoType Type => Pointer;

    /// <inheritdoc/>
    public override IReadOnlyList<string> FieldNames => Names;

    /// <inheritdoc/>
    public override bool TryGetField(string name, out GoValue value)
    {
        value = name switch
        {
            "KubeVersion" => GoValue.From(KubeVersion),
            "APIVersions" => _apiVersions,
            "HelmVersion" => GoValue.From(_helm),
            _ => default,
        };
        return value.IsValid;
    }

    /// <summary><c>.Capabilities.HelmVersion</c>.</summary>
    private sealed class BuildInfo(HelmVersion helm) : GoObject, IGoJson
    {
        private static readonly GoType StructType = GoType.Struct("version.BuildInfo");

        private static readonly (string Field, string Json, string Four, string Three)[] Parts =
        [
            ("Version", "version", "v4.1.4", "v3.17.2"),
            ("GitCommit", "git_commit", "05fa37973dc9e42b76e1d2883494c87174b6074f", "cc0bbbd6d6276b83880042c1ecb34087e84d41eb"),
            ("GitTreeState", "git_tree_state", "clean", "clean"),
            ("GoVersion", "go_version", "go1.25.9", "go1.23.7"),
            ("KubeClientVersion", "kube_client_version", "v1.35", ""),
        ];

        private IEnumerable<(string Field, string Json, string Four, string Three)> Mine =>
            helm == HelmVersion.Four ? Parts : Parts.Where(p => p.Three.Length > 0);

        public override GoType Type => StructType;

        public override IReadOnlyList<string> FieldNames => [.. Mine.Select(p => p.Field)];

        public override bool TryGetField(string name, out GoValue value)
        {
            value = default;
            foreach (var part in Mine)
            {
                if (part.Field == name) value = GoValue.From(helm == HelmVersion.Four ? part.Four : part.Three);
            }

            return value.IsValid;
        }

        public GoValue ToJson()
        {
            var map = new GoMap();
            foreach (var part in Mine) map.Set(part.Json, GoValue.From(helm == HelmVersion.Four ? part.Four : part.Three));
            return GoValue.From(map);
        }
    }
}
