using System.Runtime.CompilerServices;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Schemas;

/// <summary>
/// What a real API server (1.20.2) stored for each object of <c>eng/schemas/samples.yaml</c>, recorded by <c>record-stored.py</c> there, against what
/// the walks make of the same object. Every difference that remains is named here, with its cause.
/// </summary>
public sealed class StoredObjectsTests
{
    // Set by strategies, admission or defaulting that looks at other fields: the business of the rules of single kinds.
    private static readonly string[] OfOtherRules =
    [
        "metadata.namespace", "deprecated.daemonset", "targetCPUUtilizationPercentage", "metadata.finalizers", "metadata.labels", "imagePullPolicy", "creationTimestamp",
        "spec.strategy.rollingUpdate", "spec.updateStrategy.rollingUpdate", "spec.completions", "spec.parallelism", "spec.backoffLimit", "spec.selector",
        "spec.clusterIP", "targetPort", "deprecatedServiceAccount", "spec.tolerations", "spec.priority", "spec.preemptionPolicy", "serviceAccount",
        "resources.requests", "status.phase", "status.qosClass", "spec.policyTypes", "subjects[0].apiGroup", "default", "defaultRequest",
        "names.listKind", "status.conditions", "status.storedVersions", "spec.finalizers", "status.acceptedNames", "volumeClaimTemplates[0].kind",
        "volumeClaimTemplates[0].apiVersion", "volumeClaimTemplates[0].status.phase", "provisioner", "metadata.name", "volumes[",
    ];

    // Newer than the recording server.
    private static readonly string[] NewerFields =
    [
        "clusterIPs", "internalTrafficPolicy", "ipFamil", "persistentVolumeClaimRetentionPolicy", "completionMode", "spec.suspend", "podReplacementPolicy",
        "maxSurge", "requiresRepublish", "seLinuxMount", "availableReplicas", "storageCapacity", "fsGroupPolicy", "rules",
    ];

    public static TheoryData<string> Names
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var file in Directory.EnumerateFiles(Folder(), "*.json").Order(StringComparer.Ordinal)) data.Add(Path.GetFileNameWithoutExtension(file));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Walks_GiveWhatARealServerStores(string name)
    {
        var recorded = Json.Parse(File.ReadAllBytes(Path.Combine(Folder(), name + ".json")));
        var root = recorded["input"].AsMap()!;
        var schema = BuiltInKinds.SchemaOf(new KubeObject(root).GroupVersionKind).ShouldNotBeNull();

        SchemaWalk.Validate(root, schema).ShouldBeEmpty();
        SchemaWalk.Prune(root, schema).ShouldBeEmpty();
        SchemaWalk.Normalize(root, schema);
        SchemaWalk.ApplyDefaults(root, schema);

        var differences = new List<string>();
        Compare(root, recorded["stored"], "", differences);
        differences.Where(d => !OfOtherRules.Concat(NewerFields).Any(d.Contains)).ShouldBeEmpty();
    }

    [Fact]
    public void Names_HaveTheKindsThatMatter() => Names.Count.ShouldBeGreaterThan(25);

    private static void Compare(Node ours, Node theirs, string path, List<string> differences)
    {
        if (ours.AsMap() is { } map && theirs.AsMap() is { } theirMap)
        {
            foreach (var key in map.Keys.Union(theirMap.Keys)) Compare(map[key], theirMap[key], path.Length == 0 ? key : path + "." + key, differences);
        }
        else if (ours.AsList() is { } list && theirs.AsList() is { } theirList && list.Count == theirList.Count)
        {
            for (var i = 0; i < list.Count; i++) Compare(list[i], theirList[i], $"{path}[{i}]", differences);
        }
        else if (ours != theirs)
        {
            differences.Add($"{path}: ours {ours}, theirs {theirs}");
        }
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Stored");
}
