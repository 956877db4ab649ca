using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Storage;

/// <summary>What the API server demands of every object's metadata (apimachinery <c>api/validation</c>).</summary>
internal static class MetadataRules
{
    private const int MaxAnnotations = 256 * 1024;

    public static List<SchemaFault> Check(KubeObject obj, ResourceType type)
    {
        var faults = new List<SchemaFault>();
        if (type.IsCustom) CheckName(obj.Name, type, faults); // built-in kinds have rules of their own
        CheckLabels(obj.Labels, faults);
        CheckAnnotations(obj.Annotations, faults);
        CheckOwners(obj, faults);
        CheckFinalizers(obj, type, faults);
        return faults;
    }

    /// <summary>The server looks at the prefix of a made-up name before it looks at the name.</summary>
    public static List<SchemaFault> CheckGenerateName(KubeObject obj, ResourceType type)
    {
        var faults = new List<SchemaFault>();
        var prefix = obj.Root["metadata"]["generateName"].AsString() ?? "";
        if (prefix.Length == 0) return faults;
        CheckName(prefix.EndsWith('-') ? prefix[..^1] + "a" : prefix, type, faults, "metadata.generateName", prefix);
        return faults;
    }

    private static void CheckName(string name, ResourceType type, List<SchemaFault> faults, string field = "metadata.name", string? shown = null)
    {
        shown ??= name;
        switch (type.Group, type.Kind)
        {
            case ("", "Service"):
                if (!IsLabel(name) || !char.IsAsciiLetterLower(name[0])) faults.Add(Invalid(field, shown, Dns1035));
                break;
            case ("", "Namespace"):
                if (!IsLabel(name)) faults.Add(Invalid(field, shown, Dns1123Label));
                break;
            case ("rbac.authorization.k8s.io", _):
                if (name is "." or ".." || name.Contains('/') || name.Contains('%'))
                {
                    faults.Add(Invalid(field, shown, name.Contains('/') ? "may not contain '/'" : name.Contains('%')
                        ? "may not contain '%'" : $"may not be '{name}'"));
                }

                break;
            default:
                if (!IsSubdomain(name)) faults.Add(Invalid(field, shown, Dns1123Subdomain));
                else if (name.Length > 253) faults.Add(Invalid(field, shown, "must be no more than 253 bytes"));
                break;
        }
    }

    private static void CheckLabels(MapNode? labels, List<SchemaFault> faults)
    {
        if (labels is null) return;
        foreach (var (key, value) in labels)
        {
            CheckKey("metadata.labels", key, key, faults);
            var text = value.AsString() ?? "";
            if (text.Length > 63) faults.Add(Invalid("metadata.labels", text, "must be no more than 63 bytes"));
            else if (text.Length > 0 && !IsNamePart(text)) faults.Add(Invalid("metadata.labels", text, LabelValue));
        }
    }

    private static void CheckAnnotations(MapNode? annotations, List<SchemaFault> faults)
    {
        if (annotations is null) return;
        var size = 0L;
        foreach (var (key, value) in annotations)
        {
            CheckKey("metadata.annotations", key, key.ToLowerInvariant(), faults);
            size += key.Length + (value.AsString()?.Length ?? 0);
        }

        if (size > MaxAnnotations)
        {
            faults.Add(new("FieldValueTooLong", "metadata.annotations", $"Too long: may not be more than {MaxAnnotations} bytes"));
        }
    }

    private static void CheckOwners(KubeObject obj, List<SchemaFault> faults)
    {
        if (obj.Root["metadata"]["ownerReferences"].AsList() is not { } owners) return;
        var controllers = 0;
        for (var i = 0; i < owners.Count; i++)
        {
            foreach (var field in (ReadOnlySpan<string>)["apiVersion", "kind", "name", "uid"])
            {
                if (!string.IsNullOrEmpty(owners[i][field].AsString())) continue;
                var why = field switch { "apiVersion" => "version must not be empty", var f => f + " must not be empty" };
                faults.Add(Invalid($"metadata.ownerReferences.{field}", "", why));
            }

            if (owners[i] is var o && o["apiVersion"] == "v1" && o["kind"] == "Event")
            {
                faults.Add(new("FieldValueInvalid", "metadata.ownerReferences",
                    $"Invalid value: {Print(o)}: /v1, Kind=Event is disallowed from being an owner"));
            }

            if (owners[i]["controller"].AsBool() == true) controllers++;
        }

        if (controllers > 1)
        {
            faults.Add(new("FieldValueInvalid", "metadata.ownerReferences",
                $"Invalid value: []v1.OwnerReference{{{string.Join(", ", owners.Select(Print))}}}: Only one reference can have Controller set to true. " +
                "Found \"true\" in references for " + string.Join(" and ", owners.Where(o => o["controller"].AsBool() == true)
                    .Select(o => $"{o["kind"].AsString()}/{o["name"].AsString()}"))));
        }
    }

    // As Go prints it, but for the addresses of pointers.
    private static string Print(Node owner) =>
        $"v1.OwnerReference{{APIVersion:\"{owner["apiVersion"].AsString()}\", Kind:\"{owner["kind"].AsString()}\", " +
        $"Name:\"{owner["name"].AsString()}\", UID:\"{owner["uid"].AsString()}\", Controller:{Pointer(owner["controller"])}, " +
        $"BlockOwnerDeletion:{Pointer(owner["blockOwnerDeletion"])}}}";

    private static string Pointer(Node flag) => flag.IsNullOrAbsent ? "(*bool)(nil)" : "(*bool)(0xc000000000)";

    private static void CheckFinalizers(KubeObject obj, ResourceType type, List<SchemaFault> faults)
    {
        if (obj.Root["metadata"]["finalizers"].AsList() is not { } finalizers) return;
        for (var i = 0; i < finalizers.Count; i++)
        {
            var text = finalizers[i].AsString() ?? "";
            CheckKey("metadata.finalizers", text, text, faults);
        }

        var all = finalizers.Select(f => f.AsString() ?? "").ToList();
        if (all.Contains("orphan") && all.Contains("foregroundDeletion"))
        {
            faults.Add(new("FieldValueInvalid", "metadata.finalizers",
                $"Invalid value: []string{{{string.Join(", ", all.Select(f => $"\"{f}\""))}}}: finalizer orphan and foregroundDeletion cannot be both set"));
        }

        if (type.IsCustom) return;
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Contains('/') || all[i] is "orphan" or "foregroundDeletion" or "kubernetes") continue;
            faults.Add(Invalid($"metadata.finalizers[{i}]", all[i], "name is neither a standard finalizer name nor is it fully qualified"));
        }
    }

    private static void CheckKey(string field, string key, string judged, List<SchemaFault> faults)
    {
        foreach (var problem in Formats.QualifiedName(judged)) faults.Add(Invalid(field, key, problem));
    }

    private static SchemaFault Invalid(string field, string value, string why) =>
        new("FieldValueInvalid", field, $"Invalid value: \"{value}\": {why}");

    private static bool IsSubdomain(string text) => text.Length > 0 && text.Split('.').All(part => IsLabelOfAnyLength(part));

    private static bool IsLabel(string text) => text.Length <= 63 && IsLabelOfAnyLength(text);

    private static bool IsLabelOfAnyLength(string text) =>
        text.Length > 0 && text[0] != '-' && text[^1] != '-'
            && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsNamePart(string text) =>
        text.Length is > 0 and <= 63 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private const string Dns1035 =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an " +
        "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string Dns1123Label =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric " +
        "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Dns1123Subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
        "alphanumeric character (e.g. 'example.com', regex used for validation is " +
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelValue =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
        "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
        "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}
