using Plumb.Manifests.Documents;
using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Objects;

/// <summary>An API group, version and kind.</summary>
/// <param name="Group">Empty for core.</param>
/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Kind">Such as <c>Deployment</c>.</param>
public readonly record struct GroupVersionKind(string Group, string Version, string Kind)
{
    /// <summary><c>apps/v1</c>, or <c>v1</c> for core.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : Group + "/" + Version;

    /// <summary>From an <c>apiVersion</c> and a kind.</summary>
    public static GroupVersionKind Parse(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/');
        return slash < 0 ? new("", apiVersion, kind) : new(apiVersion[..slash], apiVersion[(slash + 1)..], kind);
    }

    /// <summary><c>apps/v1/Deployment</c>.</summary>
    public override string ToString() => ApiVersion + "/" + Kind;
}

/// <summary>A Kubernetes object as data: a view on its document with names for the parts that every object has.</summary>
public sealed class KubeObject(MapNode root)
{
    /// <summary>The whole document.</summary>
    public MapNode Root { get; } = root;

    /// <summary><c>apiVersion</c>; empty when missing.</summary>
    public string ApiVersion => Root["apiVersion"].AsString() ?? "";

    /// <summary><c>kind</c>; empty when missing.</summary>
    public string Kind => Root["kind"].AsString() ?? "";

    /// <summary>Group, version and kind.</summary>
    public GroupVersionKind GroupVersionKind => GroupVersionKind.Parse(ApiVersion, Kind);

    /// <summary><c>metadata.name</c>; empty when missing.</summary>
    public string Name => Metadata("name");

    /// <summary><c>metadata.namespace</c>; empty when missing.</summary>
    public string Namespace => Metadata("namespace");

    /// <summary><c>metadata.uid</c>; empty when missing.</summary>
    public string Uid => Metadata("uid");

    /// <summary><c>metadata.resourceVersion</c>; empty when missing.</summary>
    public string ResourceVersion => Metadata("resourceVersion");

    /// <summary><c>metadata.annotations</c>; null when missing.</summary>
    public MapNode? Annotations => Root["metadata"]["annotations"].AsMap();

    /// <summary><c>metadata.labels</c>; null when missing.</summary>
    public MapNode? Labels => Root["metadata"]["labels"].AsMap();

    /// <summary>Identity without the version.</summary>
    public ResourceId Id => new(GroupVersionKind.Group, Kind, Namespace, Name);

    /// <summary>An annotation; null when missing.</summary>
    public string? Annotation(string name) => Annotations?[name].AsString();

    private string Metadata(string field) => Root["metadata"][field].AsString() ?? "";
}
