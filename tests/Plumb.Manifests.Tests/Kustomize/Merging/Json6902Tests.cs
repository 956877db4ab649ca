using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Merging;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Tests.Kustomize.Merging;

public sealed class Json6902Tests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: myDeploy
        spec:
          replica: 2
          paused: null
          template:
            metadata:
              labels:
                old-label: old-value
            spec:
              containers:
              - image: nginx
                name: nginx
                args: [a, b, c]
        """;

    public static TheoryData<string, string, string> Changes => new()
    {
        { "replaces a number", """[{"op":"replace","path":"/spec/replica","value":5}]""", "spec.replica = 5" },
        { "replaces text in a list", "- {op: replace, path: /spec/template/spec/containers/0/name, value: my-nginx}", "spec.template.spec.containers.0.name = my-nginx" },
        { "adds over what is there", "- {op: add, path: /spec/replica, value: 999}", "spec.replica = 999" },
        { "adds a list", "- {op: add, path: /spec/template/spec/containers/0/command, value: [arg1, arg2]}", "spec.template.spec.containers.0.command = [arg1, arg2]" },
        { "adds at the end", "- {op: add, path: /spec/template/spec/containers/0/args/-, value: d}", "spec.template.spec.containers.0.args = [a, b, c, d]" },
        { "adds at the end by number", "- {op: add, path: /spec/template/spec/containers/0/args/3, value: d}", "spec.template.spec.containers.0.args = [a, b, c, d]" },
        { "adds before an item", "- {op: add, path: /spec/template/spec/containers/0/args/1, value: d}", "spec.template.spec.containers.0.args = [a, d, b, c]" },
        { "adds counted from behind", "- {op: add, path: /spec/template/spec/containers/0/args/-1, value: d}", "spec.template.spec.containers.0.args = [a, b, c, d]" },
        { "adds first counted from behind", "- {op: add, path: /spec/template/spec/containers/0/args/-4, value: d}", "spec.template.spec.containers.0.args = [d, a, b, c]" },
        { "removes counted from behind", "- {op: remove, path: /spec/template/spec/containers/0/args/-1}", "spec.template.spec.containers.0.args = [a, b]" },
        { "replaces counted from behind", "- {op: replace, path: /spec/template/spec/containers/0/args/-2, value: d}", "spec.template.spec.containers.0.args = [a, d, c]" },
        { "adds null", "- {op: add, path: /spec/x, value: null}", "spec.x = null" },
        { "adds null when no value is given", "- {op: add, path: /spec/x}", "spec.x = null" },
        { "replace adds a key that is missing", "- {op: replace, path: /spec/x, value: 1}", "spec.x = 1" },
        { "adds a key with a slash", "- {op: add, path: /metadata/a~1b, value: c}", "metadata.a/b = c" },
        { "adds a key with a tilde", "- {op: add, path: /metadata/a~0b, value: c}", "metadata.a~b = c" },
        { "reads an escaped tilde before a one as such", "- {op: add, path: /metadata/a~01b, value: c}", "metadata.a~1b = c" },
        { "adds an empty key", "- {op: add, path: /metadata/, value: c}", "metadata. = c" },
        { "ignores what stands before the first slash", "- {op: add, path: frob/metadata/x, value: c}", "metadata.x = c" },
        { "removes a key", "- {op: remove, path: /spec/template/metadata}", "spec.template.metadata = " },
        { "removes null", "- {op: remove, path: /spec/paused}", "spec.paused = " },
        { "moves a value", "- {op: move, from: /spec/replica, path: /metadata/replica}", "metadata.replica = 2; spec.replica = " },
        { "moves an item", "- {op: move, from: /spec/template/spec/containers/0/args/0, path: /spec/template/spec/containers/0/args/2}", "spec.template.spec.containers.0.args = [b, c, a]" },
        { "copies a value", "- {op: copy, from: /spec/template/metadata, path: /spec/copied}", "spec.copied.labels.old-label = old-value" },
        { "copies what is missing as null", "- {op: copy, from: /spec/none, path: /spec/copied}", "spec.copied = null" },
        { "tests a number", "- {op: test, path: /spec/replica, value: 2}\n- {op: replace, path: /spec/replica, value: 3}", "spec.replica = 3" },
        { "tests a map whatever the order of its keys", "- {op: test, path: /spec/template/spec/containers/0, value: {name: nginx, args: [a, b, c], image: nginx}}\n- {op: add, path: /x, value: z}", "x = z" },
        { "tests null", "- {op: test, path: /spec/paused, value: null}\n- {op: add, path: /x, value: z}", "x = z" },
        { "carries out operations in turn", "- {op: add, path: /a, value: {}}\n- {op: add, path: /a/b, value: []}\n- {op: add, path: /a/b/-, value: c}", "a.b = [c]" },
        { "reads only the first document", "---\n- {op: add, path: /x, value: z}\n---\n- {op: frob}\n", "x = z" },
        { "keeps text that looks like a number", "- {op: add, path: /x, value: \"10\"}", "x = \"10\"" },
        { "keeps text that YAML 1.1 takes for a boolean", "- {op: add, path: /x, value: \"yes\"}", "x = \"yes\"" },
        { "reads words of YAML 1.1 as it does", "- {op: add, path: /x, value: yes}", "x = true" },
        { "keeps text of several lines", "- op: add\n  path: /x\n  value: |\n    a\n    b\n", "x = \"a\\nb\\n\"" },
        { "drops a fraction of nought", "- {op: add, path: /x, value: 1.0}", "x = 1" },
        { "keeps a fraction", "- {op: add, path: /x, value: 0.25}", "x = 0.25" },
        { "keeps whole numbers with all digits", "- {op: add, path: /x, value: 1500000}", "x = 1500000" },
        { "rounds whole numbers that no double holds", "- {op: add, path: /x, value: 9007199254740993}", "x = 9007199254740992" },
        { "ignores keys of operations that it does not know", "- {op: add, path: /x, value: z, reason: because}", "x = z" },
        { "does nothing without operations", "[]", "kind = Deployment" },
        { "does nothing with null", "null", "kind = Deployment" },
    };

    public static TheoryData<string, string> Faults => new()
    {
        { "- {op: replace, path: /spec/none/x, value: 1}", "replace operation does not apply: doc is missing path: /spec/none/x: missing value" },
        { "- {op: replace, path: /spec/template/spec/containers/9, value: 1}", "replace operation does not apply: doc is missing key: /spec/template/spec/containers/9: missing value" },
        { "- {op: replace, value: 1}", "replace operation failed to decode path: operation missing path field: missing value" },
        { "- {op: add, path: /none/x, value: 1}", "add operation does not apply: doc is missing path: \"/none/x\": missing value" },
        { "- {op: add, path: /spec/paused/x, value: 1}", "add operation does not apply: doc is missing path: \"/spec/paused/x\": missing value" },
        { "- {op: add, path: /spec/replica/x, value: 1}", "add operation does not apply: doc is missing path: \"/spec/replica/x\": missing value" },
        { "- {op: add, path: x, value: 1}", "add operation does not apply: doc is missing path: \"x\": missing value" },
        { "- {op: add, path: '', value: 1}", "add operation does not apply: doc is missing path: \"\": missing value" },
        { "- {op: add, value: 1}", "add operation failed to decode path: missing value" },
        { "- {op: add, path: /spec/template/spec/containers/x, value: 1}", "error in add for path: '/spec/template/spec/containers/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax" },
        { "- {op: add, path: /spec/template/spec/containers/2, value: 1}", "error in add for path: '/spec/template/spec/containers/2': Unable to access invalid index: 2: invalid index referenced" },
        { "- {op: add, path: /spec/template/spec/containers/-3, value: 1}", "error in add for path: '/spec/template/spec/containers/-3': Unable to access invalid index: -3: invalid index referenced" },
        { "- {op: remove, path: /spec/none}", "error in remove for path: '/spec/none': Unable to remove nonexistent key: none: missing value" },
        { "- {op: remove, path: /none/none}", "remove operation does not apply: doc is missing path: \"/none/none\": missing value" },
        { "- {op: remove, path: /spec/template/spec/containers/1}", "error in remove for path: '/spec/template/spec/containers/1': Unable to access invalid index: 1: invalid index referenced" },
        { "- {op: remove, path: /spec/template/spec/containers/-}", "error in remove for path: '/spec/template/spec/containers/-': strconv.Atoi: parsing \"-\": invalid syntax" },
        { "- {op: remove}", "remove operation failed to decode path: missing value" },
        { "- {op: move, from: /spec/none, path: /x}", "error in move for path: 'none': Unable to remove nonexistent key: none: missing value" },
        { "- {op: move, path: /x}", "move operation failed to decode from: operation, missing from field: missing value" },
        { "- {op: copy, from: /none/x, path: /x}", "copy operation does not apply: doc is missing from path: /none/x: missing value" },
        { "- {op: copy, from: /spec, path: /none/x}", "copy operation does not apply: doc is missing destination path: /none/x: missing value" },
        { "- {op: test, path: /spec/replica, value: 3}", "testing value /spec/replica failed: test failed" },
        { "- {op: test, path: /spec/replica, value: '2'}", "testing value /spec/replica failed: test failed" },
        { "- {op: test, path: /spec/template/metadata, value: {labels: {}}}", "testing value /spec/template/metadata failed: test failed" },
        { "- {op: test, path: /spec/none, value: 3}", "testing value /spec/none failed: test failed" },
        { "- {op: frob, path: /x}", "Unexpected kind: frob" },
        { "- {path: /x}", "Unexpected kind: unknown" },
        { "- {op: 1, path: /x}", "Unexpected kind: unknown" },
        { "- null", "Unexpected kind: unknown" },
        { "- {op: replace, path: '', value: []}", "json: cannot unmarshal array into Go value of type map[string]interface {}" },
        { "op: add", "json: cannot unmarshal object into Go value of type jsonpatch.Patch" },
        { "frob", "json: cannot unmarshal string into Go value of type jsonpatch.Patch" },
        { "- frob", "json: cannot unmarshal string into Go value of type jsonpatch.Operation" },
        { "- [1]", "json: cannot unmarshal array into Go value of type jsonpatch.Operation" },
        { "", "empty json patch operations" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Apply_ChangesTheObject(string behaviour, string patch, string expected)
    {
        var target = MergeCase.Read(Deployment);

        Json6902.Apply(target, Json6902.Parse(patch));

        var result = YamlNodeValue.ToNode(target);
        foreach (var change in expected.Split("; "))
        {
            var (path, value) = (change[..change.IndexOf(" = ", StringComparison.Ordinal)], change[(change.IndexOf(" = ", StringComparison.Ordinal) + 3)..]);
            var found = path.Split('.').Aggregate(result, (node, key) => node.AsList() is null ? node[key] : node[int.Parse(key, null)]);
            var wanted = value.Length == 0 ? Node.Absent : YamlNodeValue.ToNode(MergeCase.Read(value));
            (found == wanted).ShouldBeTrue($"{behaviour}: {path} is {found}");
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Apply_SaysWhyNot(string patch, string message)
    {
        var target = MergeCase.Read(Deployment);
        var before = target.ToString();

        Should.Throw<KustomizeException>(() => Json6902.Apply(target, Json6902.Parse(patch))).Message.ShouldBe(message);

        target.ToString().ShouldBe(before);
    }

    [Theory]
    [InlineData("[{op: add, path: /x}]", "begins like JSON")]
    [InlineData("""[{"op":"add","path":"/x"}] []""", "begins like JSON")]
    [InlineData("- {op: add", "neither JSON nor YAML")]
    [InlineData("\t- a", "neither JSON nor YAML")]
    public void Parse_OfWhatIsNoPatch_IsRefused(string patch, string message) =>
        Should.Throw<KustomizeException>(() => Json6902.Parse(patch)).Message.ShouldContain(message);

    [Fact]
    public void Apply_SortsKeysAndForgetsHowValuesWereWritten()
    {
        var target = MergeCase.Read("b: '5'\na: 1500000\n10: x\nc: 'plain'\n\"2\": 'a: b'\n".Replace("10: x\n", "", StringComparison.Ordinal));

        Json6902.Apply(target, []);

        target.Content.Select(node => node.Value).ShouldBe(["2", "a: b", "a", "1.5e+06", "b", "5", "c", "plain"]);
        target.Get("b")!.Form.ShouldBe(ScalarForm.Quoted);
        target.Get("c")!.Form.ShouldBe(ScalarForm.Plain);
        target.Get("2")!.Form.ShouldBe(ScalarForm.Quoted);
        target.Get("a")!.Tag.ShouldBe(YamlTags.Float);
    }

    [Fact]
    public void Apply_OfOnePatchToTwoObjects_SharesNothing()
    {
        var operations = Json6902.Parse("- {op: add, path: /x, value: {list: [1]}}\n- {op: add, path: /x/list/-, value: 2}");
        var (one, other) = (MergeCase.Read("a: 1"), MergeCase.Read("a: 1"));

        Json6902.Apply(one, operations);
        Json6902.Apply(other, operations);

        MergeCase.Write(other).ShouldBe(MergeCase.Write(one));
        MergeCase.Write(one).ShouldBe("a: 1\nx:\n  list:\n  - 1\n  - 2");
    }
}
