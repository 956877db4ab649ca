using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Patches;

/// <summary>
/// What a kube-apiserver 1.20.2 made of patches: patches.json has the object before, the patch, and the object after or the refusal.
/// </summary>
public sealed class RecordedPatchesTests
{
    private static readonly ListNode Facts = ReadFacts();

    public static TheoryData<string> Names => [.. Facts.Select(f => f["name"].AsString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Server_DoesThis(string name)
    {
        var fact = Facts.First(f => f["name"].AsString() == name);
        var before = fact["before"].AsMap()!;
        if (fact["message"].AsString() is not { } message)
        {
            var after = Apply(fact, before);

            // The server also fills in defaults of new items, and drops nulls and empty metadata.
            Missing(fact["after"], after, "").ShouldBeEmpty();
            return;
        }

        var refused = Should.Throw<PatchException>(() => Apply(fact, before));
        var status = refused.Fault switch
        {
            PatchFault.Malformed => 400,
            PatchFault.TooLarge => 413,
            PatchFault.Internal => 500,
            _ => 422,
        };

        // This version hides the reason of 422s behind one general sentence.
        if (status != 422) refused.Message.ShouldBe(message);
        ((long)status).ShouldBe(fact["code"].AsInt()!.Value, refused.Message);
    }

    private static Node Apply(Node fact, MapNode before) => fact["type"].AsString() switch
    {
        "json" => JsonPatch.Apply(before, fact["patch"].AsList()!),
        "merge" => MergePatch.Apply(before, fact["patch"]),
        _ => StrategicMergePatch.Apply(
            before, fact["patch"].AsMap()!, BuiltInKinds.SchemaOf(new KubeObject(before).GroupVersionKind)!),
    };

    private static IEnumerable<string> Missing(Node server, Node ours, string path)
    {
        if (ours.IsNullOrAbsent)
        {
            yield break;
        }
        else if (ours.AsMap() is { } map)
        {
            foreach (var (key, value) in map)
            {
                if (server[key].IsAbsent && (value.AsMap() is { Count: 0 } || value.AsList() is { Count: 0 })) continue;
                foreach (var missing in Missing(server[key], value, $"{path}.{key}")) yield return missing;
            }

            foreach (var (key, _) in server.AsMap() ?? [])
            {
                if (!map.ContainsKey(key) && path is ".data" or ".metadata.annotations" or ".metadata.labels") yield return $"{path}.{key} extra";
            }
        }
        else if (ours.AsList() is { } list)
        {
            if (server.AsList()?.Count != list.Count) yield return $"{path} {server} {ours}";
            for (var i = 0; i < list.Count; i++)
            {
                foreach (var missing in Missing(server[i], list[i], $"{path}[{i}]")) yield return missing;
            }
        }
        else if (server != ours)
        {
            yield return $"{path} {server} {ours}";
        }
    }

    private static ListNode ReadFacts()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "tests", "Plumb.Manifests.Tests", "Patches", "patches.json");
            if (File.Exists(file)) return Json.Parse(File.ReadAllBytes(file)).AsList()!;
        }

        throw new FileNotFoundException("tests/Plumb.Manifests.Tests/Patches/patches.json is not above the test assembly.");
    }
}
