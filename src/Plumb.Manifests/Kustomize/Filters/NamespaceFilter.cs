using Plumb.Manifests.Fields;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>Sets the namespace of an object and of what it refers to (<c>api/filters/namespace</c>).</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Fields">Fields beside that of the metadata, which only depends on whether the kind is in a namespace.</param>
/// <param name="IsClusterScoped">Whether objects of an <c>apiVersion</c> and kind are certainly in no namespace.</param>
internal sealed record NamespaceFilter(string Namespace, IReadOnlyList<FieldSpec> Fields, Func<string, string, bool> IsClusterScoped)
{
    /// <summary>Only subjects of the name <c>default</c>; so it is when nothing is said.</summary>
    public const string DefaultSubjects = "defaultOnly";

    /// <summary>All subjects that are service accounts.</summary>
    public const string AllAccounts = "allServiceAccounts";

    /// <summary>No subjects.</summary>
    public const string NoSubjects = "none";

    /// <summary>Whether what is set stays.</summary>
    public bool UnsetOnly { get; init; }

    /// <summary>Which subjects of role bindings get the namespace; default: <see cref="DefaultSubjects"/>.</summary>
    public string Subjects { get; init; } = DefaultSubjects;

    /// <exception cref="KustomizeException">A field is no scalar, the subjects are no list, or the mode is none.</exception>
    public void Apply(YamlNode resource)
    {
        var apiVersion = resource.Get("apiVersion")?.Value ?? "";
        var kind = resource.Get("kind")?.Value ?? "";
        if (!IsClusterScoped(apiVersion, kind))
            FieldSpecFilter.Apply(resource, new FieldSpec("", "metadata/namespace", true), Set, YamlKind.Scalar);

        var fields = Fields.Where(f => f.Path != "metadata/namespace" && (apiVersion == "v1" || f.Path != "metadata/name"));
        if (IsRoleBinding(kind))
        {
            fields = fields.Where(f => !(IsRoleBinding(f.Gvk.Kind) && f.Path == "subjects/namespace"));
            SetSubjects(resource);
        }

        try
        {
            FieldSpecFilter.Apply(resource, [.. fields], Set, YamlKind.Scalar, YamlNode.StringTag);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led(NodeKindFault.Of(fault) is { Actual: not YamlKind.Scalar }
                ? "namespace field specs must target scalar nodes"
                : "namespace transformation failed");
        }
    }

    private static bool IsRoleBinding(string kind) => kind is "RoleBinding" or "ClusterRoleBinding";

    private void Set(YamlNode node)
    {
        if (!UnsetOnly || !IsSet(node)) NodeFields.SetValue(node, Namespace, YamlNode.StringTag);
    }

    private static bool IsSet(YamlNode node) => !node.IsEmpty && node is { Kind: YamlKind.Scalar, Value.Length: > 0 };

    private void SetSubjects(YamlNode binding)
    {
        var (key, value) = Subjects switch
        {
            NoSubjects => ("", ""),
            DefaultSubjects or "" => ("name", "default"),
            AllAccounts => ("kind", "ServiceAccount"),
            _ => throw new KustomizeException(
                $"invalid value {GoJson.Quote(Subjects)} for setRoleBindingSubjects: must be one of "
                + $"\"{DefaultSubjects}\", \"{NoSubjects}\" or \"{AllAccounts}\""),
        };
        if (key.Length == 0 || NodeLookup.Find(binding, ["subjects"]) is not { IsNull: false } subjects) return;
        try
        {
            NodeKindFault.ThrowUnless(subjects, YamlKind.List);
            foreach (var subject in subjects.Content)
            {
                if (IsMeant(subject, key, value)) Set(NodeLookup.FindOrMake(subject, ["namespace"], YamlKind.Scalar)!);
            }
        }
        catch (KustomizeException fault)
        {
            throw fault.Led("setting namespace on (cluster)role binding subjects");
        }
    }

    private static bool IsMeant(YamlNode subject, string key, string value)
    {
        try
        {
            if (NodeLookup.Find(subject, [key]) is not { IsNull: false } there) return false;
            NodeKindFault.ThrowUnless(there, YamlKind.Scalar);
            return there.Value == value;
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"looking up {key} on (cluster)role binding subject");
        }
    }
}
