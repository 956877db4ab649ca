using System.Globalization;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Patches;

/// <summary>RFC 6902 with the habits of the API server (evanphx/json-patch v4), its wording of errors and its limits.</summary>
/// <remarks>
/// Habits worth knowing: <c>replace</c> of a missing map key adds it; a missing <c>value</c> is null; negative indices count from the
/// end; a null on the way counts as missing; <c>copy</c> of a missing key gives null.
/// </remarks>
public static class JsonPatch
{
    /// <summary>Operations allowed in one patch.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>Bytes of JSON that the <c>copy</c> operations of one patch may add.</summary>
    public const long MaxCopyBytes = 3 * 1024 * 1024;

    /// <summary>Applies the operations to a copy.</summary>
    /// <exception cref="PatchException">Malformed, a path is missing, a test failed, or beyond a limit.</exception>
    public static Node Apply(Node document, ListNode operations)
    {
        if (operations.Count > MaxOperations)
        {
            throw new PatchException($"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}")
            {
                Fault = PatchFault.TooLarge,
            };
        }

        foreach (var operation in operations)
        {
            if (operation.AsMap() is null && operation.Kind != NodeKind.Null)
            {
                throw new PatchException($"json: cannot unmarshal {GoKind(operation)} into Go value of type jsonpatch.Operation")
                {
                    Fault = PatchFault.Malformed,
                };
            }
        }

        var run = new Run(document.DeepClone());
        foreach (var operation in operations) run.Do(operation);
        return run.Root;
    }

    private static string GoKind(Node node) => node.Kind switch
    {
        NodeKind.String => "string",
        NodeKind.List => "array",
        NodeKind.Map => "object",
        NodeKind.Bool => "bool",
        _ => "number",
    };

    private static PatchException Fail(string message) => new(message);

    /// <summary>One patch under way: the changed document and what was copied.</summary>
    private sealed class Run(Node root)
    {
        private long _copied;

        public Node Root { get; private set; } = root;

        public void Do(Node operation)
        {
            var kind = operation["op"].AsString() ?? "unknown";
            switch (kind)
            {
                case "add": Add(operation); break;
                case "remove": Remove(operation); break;
                case "replace": Replace(operation); break;
                case "move": Move(operation); break;
                case "test": Test(operation); break;
                case "copy": Copy(operation); break;
                default: throw Fail($"Unexpected kind: {kind}");
            }
        }

        private void Add(Node operation)
        {
            if (operation["path"].AsString() is not { } path) throw Fail("add operation failed to decode path: missing value");
            var place = Find(path) ?? throw Fail($"add operation does not apply: doc is missing path: \"{path}\": missing value");
            if (place.Add(Value(operation)) is { } fault) throw Fail($"error in add for path: '{path}': {fault}");
        }

        private void Remove(Node operation)
        {
            if (operation["path"].AsString() is not { } path) throw Fail("remove operation failed to decode path: missing value");
            var place = Find(path) ?? throw Fail($"remove operation does not apply: doc is missing path: \"{path}\": missing value");
            if (place.Remove() is { } fault) throw Fail($"error in remove for path: '{path}': {fault}");
        }

        private void Replace(Node operation)
        {
            var path = Text(operation, "path", "replace operation failed to decode path: ");
            var value = Value(operation);
            if (path.Length == 0)
            {
                // Another value is refused there, but the refusal wraps no error and so gets lost.
                if (value.AsMap() is not null || value.AsList() is not null) Root = value;
                return;
            }

            var place = Find(path) ?? throw Fail($"replace operation does not apply: doc is missing path: {path}: missing value");
            if (place.Get(out _) is not null) throw Fail($"replace operation does not apply: doc is missing key: {path}: missing value");
            place.Set(value);
        }

        private void Move(Node operation)
        {
            var from = Text(operation, "from", "move operation failed to decode from: ");
            var source = Find(from) ?? throw Fail($"move operation does not apply: doc is missing from path: {from}: missing value");
            if (source.Get(out var value) is { } absent) throw Fail($"error in move for path: '{source.Key}': {absent}");
            if (source.Remove() is { } stuck) throw Fail($"error in move for path: '{source.Key}': {stuck}");
            var path = Text(operation, "path", "move operation failed to decode path: ");
            var target = Find(path) ?? throw Fail($"move operation does not apply: doc is missing destination path: {path}: missing value");
            if (target.Add(value) is { } fault) throw Fail($"error in move for path: '{path}': {fault}");
        }

        private void Copy(Node operation)
        {
            var from = Text(operation, "from", "copy operation failed to decode from: ");
            var source = Find(from) ?? throw Fail($"copy operation does not apply: doc is missing from path: {from}: missing value");
            if (source.Get(out var value) is { } absent) throw Fail($"error in copy for from: '{from}': {absent}");
            if (operation["path"].AsString() is not { } path) throw Fail("copy operation failed to decode path: missing value");
            var target = Find(path) ?? throw Fail($"copy operation does not apply: doc is missing destination path: {path}: missing value");
            if (!value.IsNullOrAbsent) _copied += Json.Write(value).Length;
            if (_copied > MaxCopyBytes)
            {
                throw new PatchException(
                    $"Unable to complete the copy, the accumulated size increase of copy is {_copied}, exceeding the limit {MaxCopyBytes}")
                {
                    Fault = PatchFault.TooLarge,
                };
            }

            if (target.Add(value.IsAbsent ? Node.Null : value.DeepClone()) is { } fault)
            {
                throw Fail($"error while adding value during copy: {fault}");
            }
        }

        private void Test(Node operation)
        {
            var path = Text(operation, "path", "test operation failed to decode path: ");
            var found = Root;
            if (path.Length > 0)
            {
                var place = Find(path) ?? throw Fail($"test operation does not apply: is missing path: {path}: missing value");
                if (place.Get(out found) is { } fault) throw Fail($"error in test for path: '{path}': {fault}");
            }

            var wanted = operation["value"];
            var same = found.IsNullOrAbsent ? wanted.IsNullOrAbsent : !wanted.IsNullOrAbsent && found == wanted;
            if (!same) throw Fail($"testing value {path} failed: test failed");
        }

        private static Node Value(Node operation) => operation["value"] is { IsAbsent: false } value ? value.DeepClone() : Node.Null;

        private static string Text(Node operation, string field, string prefix)
        {
            var value = operation[field];
            if (value.AsString() is { } text) return text;
            throw Fail(value.IsNullOrAbsent
                ? prefix + (field == "from" ? "operation, missing from field: missing value" : "operation missing path field: missing value")
                : $"{prefix}json: cannot unmarshal {GoKind(value)} into Go value of type string");
        }

        private Place? Find(string pointer)
        {
            if (JsonPointer.Split(pointer) is not { } tokens) return null;
            var container = Root;
            for (var i = 0; i < tokens.Length - 1; i++)
            {
                if (new Place(container, tokens[i], i + 1).Get(out container) is not null) return null;
                if (container.AsMap() is null && container.AsList() is null) return null;
            }

            return new Place(container, tokens[^1], tokens.Length);
        }
    }

    /// <summary>A key or index in a map or list. Its methods give null when all went well, else what was wrong.</summary>
    private readonly record struct Place(Node Container, string Key, int Depth)
    {
        public string? Get(out Node value)
        {
            value = Node.Absent;
            if (Container.AsMap() is { } map)
            {
                value = map[Key];
                return null;
            }

            if (Container.AsList() is not { } list) return "missing value";
            if (Index(list.Count, list.Count - 1, out var index) is { } fault) return fault;
            value = list[index];
            return null;
        }

        // Only after Get said that the place is there.
        public void Set(Node value)
        {
            CheckDepth(value);
            if (Container.AsMap() is { } map)
            {
                map[Key] = value;
                return;
            }

            var list = Container.AsList()!;
            Index(list.Count, list.Count - 1, out var index);
            list[index] = value;
        }

        public string? Add(Node value)
        {
            CheckDepth(value);
            if (Container.AsMap() is { } map)
            {
                map[Key] = value;
                return null;
            }

            if (Container.AsList() is not { } list) return "missing value";
            if (Key == "-")
            {
                list.Add(value);
                return null;
            }

            if (!TryParseIndex(Key, out _)) return $"value was not a proper array index: '{Key}': {AtoiFault(Key)}";
            if (Index(list.Count + 1, list.Count, out var index) is { } fault) return fault;
            list.Insert(index, value);
            return null;
        }

        public string? Remove()
        {
            if (Container.AsMap() is { } map)
            {
                return map.Remove(Key) ? null : $"Unable to remove nonexistent key: {Key}: missing value";
            }

            if (Container.AsList() is not { } list) return "missing value";
            if (Index(list.Count, list.Count - 1, out var index) is { } fault) return fault;
            list.RemoveAt(index);
            return null;
        }

        // Without this a few copies of a map into itself would make a document too deep for any recursive reader.
        private void CheckDepth(Node value)
        {
            if (Depth + DepthOf(value) <= Json.MaxDepth) return;
            throw new PatchException($"The document would be nested deeper than {Json.MaxDepth} levels") { Fault = PatchFault.TooLarge };
        }

        private static int DepthOf(Node node)
        {
            var deepest = 0;
            if (node.AsMap() is { } map)
            {
                foreach (var (_, value) in map) deepest = Math.Max(deepest, DepthOf(value));
                return deepest + 1;
            }

            if (node.AsList() is not { } list) return 0;
            foreach (var item in list) deepest = Math.Max(deepest, DepthOf(item));
            return deepest + 1;
        }

        private string? Index(int size, int last, out int index)
        {
            if (!TryParseIndex(Key, out index)) return AtoiFault(Key);
            if (index > last || index < -size) return $"Unable to access invalid index: {index}: invalid index referenced";
            if (index < 0) index += size;
            return null;
        }

        private static bool TryParseIndex(string text, out int index) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index);

        private static string AtoiFault(string text) => $"strconv.Atoi: parsing \"{text}\": invalid syntax";
    }
}
