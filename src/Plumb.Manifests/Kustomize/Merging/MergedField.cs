using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>Sets what merging gave for a key (kyaml's <c>FieldSetter</c>).</summary>
internal static class MergedField
{
    /// <summary>
    /// Null takes the key away. A value that was there stays written as it was: a number put over quoted text becomes text. A new key is
    /// written as the patch writes it.
    /// </summary>
    /// <exception cref="KustomizeException">The key is empty text, which kyaml takes for the map itself.</exception>
    public static void Set(YamlNode map, string key, YamlNode? value, YamlNode? patch)
    {
        if (value is not null) Quote(value);
        if (key.Length == 0) NodeKinds.Expect(map, YamlKind.Scalar);
        if (value is null || value.IsNull)
        {
            map.Remove(key);
        }
        else if (map.Get(key) is { } there)
        {
            value.Form = there.Form;
            if (!ReferenceEquals(there, value)) there.Become(value);
        }
        else
        {
            var at = patch?.IndexOf(key) ?? -1;
            map.Append(YamlNode.Scalar(key, form: at >= 0 ? patch!.Content[at].Form : ScalarForm.Plain), value);
        }
    }

    /// <summary>Puts text in the place of a scalar, which stays written as it was.</summary>
    public static void SetScalar(YamlNode scalar, string text)
    {
        NodeKinds.Expect(scalar, YamlKind.Scalar);
        var form = scalar.Form;
        scalar.Become(YamlNode.Scalar(text, form: form));
    }

    /// <summary>Text that YAML 1.1, which the API server reads, takes for something else gets quotes.</summary>
    private static void Quote(YamlNode value)
    {
        if (value is { IsString: true, Form: ScalarForm.Plain, IsTagged: false, Value.Length: > 0 }
            && !value.Value.Contains('\n')
            && YamlTags.IsOtherIn11(value.Value))
        {
            value.Form = ScalarForm.Quoted;
        }
    }
}
