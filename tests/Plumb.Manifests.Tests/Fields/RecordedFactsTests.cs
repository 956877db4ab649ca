using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Fields;

/// <summary>
/// What a kube-apiserver 1.20.2 did, step by step: server-side-apply.json has each request and the object after it, without times and
/// server-set metadata. Each step starts from the server's object, so that one difference does not spoil the rest.
/// </summary>
public sealed class RecordedFactsTests
{
    private static readonly ListNode Facts = ReadFacts();

    public static TheoryData<string> Names => [.. Facts.Select(f => f["name"].AsString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Server_DoesThis(string name)
    {
        var steps = Facts.First(f => f["name"].AsString() == name)["steps"].AsList()!;
        var live = Node.Absent;
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            if (!step["live"].IsAbsent) live = step["live"];
            Run($"{name}, step {i + 1}", live.AsMap(), step);
            if (!step["after"].IsAbsent) live = step["after"];
        }
    }

    private static void Run(string title, MapNode? live, Node step)
    {
        var writer = new FieldWriter(step["manager"].AsString()!, "", DateTimeOffset.UnixEpoch.AddYears(50));
        var liveObject = live is null ? null : new KubeObject(WithUid(live));
        if (step["verb"].AsString() == "update")
        {
            var updated = step["after"].AsMap()!.DeepClone();
            var metadata = updated["metadata"].AsMap()!;
            metadata["managedFields"] = step["managedFields"];
            ServerSideApply.TrackUpdate(liveObject, new KubeObject(updated), SchemaOf(updated), writer);
            ManagersOf(updated).ShouldBe(ManagersOf(step["after"]), title);
            return;
        }

        var body = step["body"].AsMap()!;
        if (step["message"].AsString() is not { } message)
        {
            var result = ServerSideApply.Apply(liveObject, new KubeObject(body), SchemaOf(body), writer, step["force"].AsBool() == true);
            result.Conflicts.ShouldBeEmpty(title);
            ManagersOf(result.Object!.Root).ShouldBe(ManagersOf(step["after"]), title);

            MissingIn(step["after"], WithoutManagers(result.Object.Root), "").ShouldBeEmpty(title);
            if (body["kind"].AsString() != "Widget") return;

            // Built-in kinds come back with defaults that the merge does not know; custom resources only with defaulted keys.
            MissingIn(WithoutDefaults(result.Object.Root, step["after"]), WithoutManagers(step["after"]), "").ShouldBeEmpty(title);
            return;
        }

        try
        {
            var refused = ServerSideApply.Apply(liveObject, new KubeObject(body), SchemaOf(body), writer, false);
            refused.Object.ShouldBeNull(title);
            var description = ServerSideApply.DescribeConflicts(refused.Conflicts);
            description.Message.ShouldBe(message, title);
            description.Causes.Select(c => (c.Field, c.Message)).ShouldBe(
                step["causes"].AsList()!.Select(c => (c["field"].AsString()!, c["message"].AsString()!)), ignoreOrder: true, title);
        }
        catch (PatchException e)
        {
            e.Message.ShouldEndWith(message, Case.Sensitive, title);
        }
    }

    private static Schema SchemaOf(MapNode root) => root["kind"].AsString() == "Widget"
        ? TestSchemas.Widget
        : BuiltInKinds.SchemaOf(new KubeObject(root).GroupVersionKind)!;

    private static MapNode WithUid(MapNode live)
    {
        var copy = live.DeepClone();
        copy.GetOrAddMap("metadata")["uid"] = "1";
        return copy;
    }

    private static Node WithoutDefaults(MapNode root, Node server)
    {
        var copy = root.DeepClone();
        var (ports, serverPorts) = (copy["spec"]["ports"].AsList(), server["spec"]["ports"].AsList());
        foreach (var port in ports ?? [])
        {
            if (port["protocol"].IsAbsent) port.AsMap()!["protocol"] = "TCP";
        }

        return ports?.Count == serverPorts?.Count ? copy : Node.Null;
    }

    private static Node WithoutManagers(Node root)
    {
        var copy = root.AsMap()!.DeepClone();
        copy["metadata"].AsMap()!.Remove("managedFields");
        copy["metadata"].AsMap()!.Remove("uid");
        return DropEmpty(copy);
    }

    // The server writes empty objects of its typed metadata differently; that is not what is recorded here.
    private static Node DropEmpty(MapNode root)
    {
        foreach (var key in new[] { "labels", "annotations" })
        {
            if (root["metadata"][key].AsMap() is { Count: 0 }) root["metadata"].AsMap()!.Remove(key);
        }

        return root;
    }

    private static string[] ManagersOf(Node root) =>
    [
        .. (root["metadata"]["managedFields"].AsList() ?? []).Select(e =>
            $"{e["manager"].AsString()} {e["operation"].AsString()} {e["apiVersion"].AsString()} {Json.WriteText(e["fieldsV1"])}").Order(),
    ];

    private static IEnumerable<string> MissingIn(Node server, Node ours, string path)
    {
        if (ours.AsMap() is { } map)
        {
            foreach (var (key, value) in map)
            {
                foreach (var missing in MissingIn(server[key], value, $"{path}.{key}")) yield return missing;
            }
        }
        else if (ours.AsList() is { } list)
        {
            // Servers since 1.27 order merged lists otherwise than the recorded one: any order will do.
            if (server.AsList()?.Count != list.Count) yield return path;
            foreach (var item in list)
            {
                if (!(server.AsList() ?? []).Any(s => !MissingIn(s, item, "").Any())) yield return $"{path}[{item}]";
            }
        }
        else if (server != ours)
        {
            yield return path;
        }
    }

    private static ListNode ReadFacts()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "tests", "Plumb.Manifests.Tests", "Fields", "server-side-apply.json");
            if (File.Exists(file)) return Json.Parse(File.ReadAllBytes(file)).AsList()!;
        }

        throw new FileNotFoundException("tests/Plumb.Manifests.Tests/Fields/server-side-apply.json is not above the test assembly.");
    }
}
