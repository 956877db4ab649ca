using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>
/// JSON patches as Kustomize applies them (<c>patchjson6902</c>): with evanphx/json-patch v4, which the API server uses too. The object
/// goes through JSON and back, so the order of its keys and the way its values were written are lost.
/// </summary>
internal static class Json6902
{
    private const string PatchType = "jsonpatch.Patch";
    private const string OperationType = "jsonpatch.Operation";

    /// <summary>
    /// Reads operations: as JSON when the text begins with a bracket, else as YAML, of which the first document counts
    /// (<c>jsonPatchFromBytes</c>).
    /// </summary>
    /// <exception cref="KustomizeException">It is empty, neither JSON nor YAML, or no list of maps.</exception>
    public static ListNode Parse(string text)
    {
        if (text.Length == 0) throw new KustomizeException("empty json patch operations");
        var patch = text[0] == '[' ? ReadJson(text) : ReadYaml(text);
        if (patch.IsNullOrAbsent) return [];
        if (patch.AsList() is not { } operations) throw Mismatch(patch, PatchType);
        foreach (var operation in operations)
        {
            if (operation.AsMap() is null && operation.Kind != NodeKind.Null) throw Mismatch(operation, OperationType);
        }

        return operations;
    }

    /// <summary>Carries out operations on an object, in turn.</summary>
    /// <exception cref="KustomizeException">One does not apply; the object stays as it was.</exception>
    public static void Apply(YamlNode target, ListNode operations)
    {
        try
        {
            var patched = JsonPatch.Apply(YamlNodeValue.ToNode(target), operations);
            if (patched.AsMap() is null) throw Mismatch(patched, "map[string]interface {}");
            target.Become(JsonTree.Of(patched));
        }
        catch (PatchException fault)
        {
            throw new KustomizeException(fault.Message, null, fault);
        }
    }

    private static Node ReadJson(string text)
    {
        try
        {
            return Json.Parse(text);
        }
        catch (JsonException fault)
        {
            throw new KustomizeException($"the patch begins like JSON, but is none: {fault.Message}", null, fault);
        }
    }

    private static Node ReadYaml(string text)
    {
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), "", faults);
        if (documents.Count > 0) return documents[0].Value;
        return faults.Count == 0 ? Node.Null : throw new KustomizeException($"the patch is neither JSON nor YAML: {faults[0].Message}");
    }

    private static KustomizeException Mismatch(Node value, string type)
    {
        var kind = value.Kind switch
        {
            NodeKind.Map => "object",
            NodeKind.List => "array",
            NodeKind.String => "string",
            NodeKind.Bool => "bool",
            _ => "number",
        };
        return new KustomizeException($"json: cannot unmarshal {kind} into Go value of type {type}");
    }
}
