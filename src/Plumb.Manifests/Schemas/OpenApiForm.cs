using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Schemas;

/// <summary>What differs between the two versions of OpenAPI, and the names of definitions.</summary>
internal sealed record OpenApiForm(bool IsV3)
{
    public string Reference(string definition) => (IsV3 ? "#/components/schemas/" : "#/definitions/") + definition;

    /// <summary>Kubernetes' name of a kind's definition.</summary>
    public static string NameOf(OpenApiKind kind) =>
        kind.Schema.BuiltIn?.TypeName is { } type ? NameOf(type)
        : string.Join('.', kind.Kind.Group.Split('.').Reverse()) + "." + kind.Kind.Version + "." + kind.Kind.Kind;

    /// <summary>Kubernetes' name of a Go type's definition, from the name in the table, such as <c>core.v1.PodSpec</c>.</summary>
    public static string NameOf(string type) => type[..type.IndexOf('.')] switch
    {
        "meta" => "io.k8s.apimachinery.pkg.apis.",
        "apiextensions" => "io.k8s.apiextensions-apiserver.pkg.apis.",
        "apiregistration" => "io.k8s.kube-aggregator.pkg.apis.",
        _ => "io.k8s.api.",
    } + type;

    /// <summary><c>/api/v1</c> or <c>/apis/GROUP/VERSION</c>.</summary>
    public static string Root(GroupVersionKind kind) => (kind.Group.Length == 0 ? "/api/" : "/apis/") + kind.ApiVersion;
}
