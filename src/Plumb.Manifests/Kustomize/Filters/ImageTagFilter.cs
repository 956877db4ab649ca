using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>What an image is to become (<c>types.Image</c>); what is empty stays as it is.</summary>
/// <param name="Name">Which image: its name without tag; the original takes it for a regular expression.</param>
/// <param name="NewName">The new name.</param>
/// <param name="TagSuffix">What is put behind the tag, unless there is a new tag or digest.</param>
/// <param name="NewTag">The new tag; the digest goes, unless there is a new one.</param>
/// <param name="Digest">The new digest; the tag goes, unless there is a new one.</param>
internal sealed record ImageChange(string Name, string NewName = "", string TagSuffix = "", string NewTag = "", string Digest = "");

/// <summary>
/// Changes the names of images (<c>api/filters/imagetag</c>): those in <c>containers</c> and <c>initContainers</c> wherever they are, and
/// those in the fields of the configuration. Definitions of custom resources stay as they are.
/// </summary>
internal sealed class ImageTagFilter
{
    private readonly ImageChange _change;
    private readonly GoRegex _pattern;

    /// <exception cref="KustomizeException">The image's name is no regular expression; the original ends with a panic.</exception>
    public ImageTagFilter(ImageChange change)
    {
        _change = change;
        try
        {
            _pattern = GoRegex.Compile($"^{change.Name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$");
        }
        catch (GoError fault)
        {
            throw new KustomizeException($"images: name {change.Name}: {fault.Message}", null, fault);
        }
    }

    /// <summary>Whether a name, with tag or digest or without, is that of the image.</summary>
    public bool IsMatch(string image) => _pattern.IsMatch(image);

    /// <exception cref="KustomizeException">A container is no map, or an image is no scalar.</exception>
    public void Apply(YamlNode resource, IReadOnlyList<FieldSpec> fields)
    {
        if (resource.GetFilled("kind")?.Value == "CustomResourceDefinition") return;
        Walk(resource);
        FieldSpecFilter.Apply(resource, fields, Change);
    }

    private void Walk(YamlNode node)
    {
        if (node.IsNull) return;
        if (node.Kind == YamlKind.List)
        {
            foreach (var item in node.Content) Walk(item);
        }

        if (node.Kind != YamlKind.Map) return;
        for (var i = 0; i < node.Fields; i++)
        {
            var value = node.ValueAt(i);
            Walk(value);
            if (value.Kind != YamlKind.List || node.KeyAt(i).Value is not ("containers" or "initContainers")) continue;
            foreach (var container in value.Content)
            {
                if (NodeFields.Get(container, "image") is { } image) Change(image);
            }
        }
    }

    private void Change(YamlNode node)
    {
        NodeKindFault.ThrowUnless(node, YamlKind.Scalar);
        if (!_pattern.IsMatch(node.Value)) return;
        var image = ImageName.Parse(node.Value);
        if (_change.NewName.Length > 0) image = image with { Name = _change.NewName };
        if (_change.NewTag.Length > 0 || _change.Digest.Length > 0) image = image with { Tag = _change.NewTag, Digest = _change.Digest };
        else if (_change.TagSuffix.Length > 0) image = image with { Tag = image.Tag + _change.TagSuffix, Digest = "" };
        NodeFields.SetValue(node, image.ToString());
    }
}
